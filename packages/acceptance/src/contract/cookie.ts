import { createHmac } from 'node:crypto';
import { deriveKeys, parseSecrets } from 'security-helpers';
import { describe, expect, it } from 'vitest';
import { ADA, Browser, idIn, readSetCookie, replay } from '../browser.ts';
import { SECRET, type Target } from '../target.ts';
import { startBefore } from './under-test.ts';

const ADA_PASSWORD = { password: ADA.password };

export function cookieSuite(target: Target): void {
  describe('the session cookie', () => {
    const test = startBefore(target);
    const names = target.cookies.names('sid');

    it('#13 #16 is HttpOnly, SameSite=Lax, Path=/ without Domain or expiry, whenever it is set', async () => {
      const browser = new Browser(test.url);
      const lines = [
        ...(await browser.post('/cart', { item: 'x' })).setCookies,
        ...(await browser.logIn()).setCookies,
        ...(await browser.logIn()).setCookies,
      ];
      const cookies = lines.map(readSetCookie);
      expect(cookies.map(({ name }) => name)).toEqual([...names, ...names, ...names]);
      for (const { attributes } of cookies) {
        expect(attributes).toEqual(['httponly', 'path=/', 'samesite=lax']);
      }
    });

    it('#13 #18 is cleared with the attributes it was set with', async () => {
      const browser = new Browser(test.url);
      await browser.logIn();
      const { setCookies } = await browser.post('/logout');
      const cleared = names.map((name) => ({
        name,
        value: '',
        attributes: [
          'expires=thu, 01 jan 1970 00:00:00 gmt',
          'httponly',
          'max-age=0',
          'path=/',
          'samesite=lax',
        ],
      }));
      expect(setCookies.map(readSetCookie)).toEqual(cleared);
      expect(await browser.jar.getCookies(test.url)).toEqual([]);
    });

    it('#15 does not name the library', async () => {
      const browser = new Browser(test.url);
      const [line = ''] = (await browser.logIn()).setCookies;
      expect(line).toMatch(/^sid=/);
    });

    it('#19 goes with the browser, unless its user asked otherwise: then it outlives no session', async () => {
      const browser = new Browser(test.url);
      const lines = (await browser.logIn(ADA, { remember: true })).setCookies;
      const ends = (line: string) => {
        const { attributes } = readSetCookie(line);
        const [, expires] = /expires=([^;]+)/i.exec(attributes.join(';')) ?? [];
        const [, maxAge] = /max-age=(\d+)/.exec(attributes.join(';')) ?? [];
        return maxAge ? Number(maxAge) * 1000 : Date.parse(expires ?? '') - Date.now();
      };
      expect(lines.length).toBe(names.length);
      for (const line of lines) {
        expect(ends(line)).toBeGreaterThan(11 * 3_600_000);
        expect(ends(line)).toBeLessThanOrEqual(12 * 3_600_000); // the absolute limit
        const flags = readSetCookie(line).attributes.filter(
          (flag) => !/^(expires|max-age)/.test(flag),
        );
        expect(flags).toEqual(['httponly', 'path=/', 'samesite=lax']);
      }
      // A new id, by the password once more and by age, is remembered no longer than the first.
      test.clock.advance(25 * 60_000);
      for (const line of (await browser.post('/reauthenticate', ADA_PASSWORD)).setCookies) {
        expect(ends(line)).toBeLessThanOrEqual(12 * 3_600_000 - 25 * 60_000);
        expect(ends(line)).toBeGreaterThan(11 * 3_600_000);
      }
      for (const minutes of [25, 25, 25]) {
        test.clock.advance(minutes * 60_000);
        const { setCookies } = await browser.get('/profile');
        for (const line of setCookies) expect(ends(line)).toBeLessThan(11 * 3_600_000);
      }
      const form = { ...ADA, remember: 'true' };
      const [byForm = ''] = (await new Browser(test.url).submit('/login', form)).setCookies;
      expect(ends(byForm)).toBeGreaterThan(11 * 3_600_000);
    });

    it('#66 each purpose has a key of its own: a signature for one is none for another', async () => {
      const browser = new Browser(test.url);
      await browser.logIn();
      const cookie = await browser.cookieHeader();
      const { handle = '' } = (await browser.get('/profile')).json.session ?? {};
      const { cookie: signing, csrf, seal } = deriveKeys(parseSecrets(SECRET));
      const keys = [signing[0], csrf[0].toString('base64url'), seal[0].key.toString('base64url')];
      expect(new Set(keys).size).toBe(3);
      const [own = '', ...others] = keys;
      expect((await replay(test.url, target.cookies.signed('sid', idIn(cookie), own))).status).toBe(
        200,
      );
      for (const key of others) {
        const forged = target.cookies.signed('sid', idIn(cookie), key);
        expect((await replay(test.url, forged)).status).toBe(401);
      }
      for (const key of [own, ...others.slice(1)]) {
        const token = createHmac('sha256', key).update(handle).digest('base64url');
        expect(token.length).toBe(43);
        const headers = { 'x-csrf-token': token };
        expect((await browser.post('/cart', { item: 'x' }, headers)).status).toBe(403);
      }
    });

    it('takes its name from SESSION_COOKIE_NAME', async () => {
      const { url } = await test.another({ SESSION_COOKIE_NAME: 'sid_shop' });
      const [line = ''] = (await new Browser(url).logIn()).setCookies;
      expect(line).toMatch(/^sid_shop=/);
    });

    it('#20 a cookie that was tampered with is anonymous, and logged', async () => {
      const browser = new Browser(test.url);
      await browser.logIn();
      const cookie = await browser.cookieHeader();
      const before = test.app.events.length;
      // The middle of the id and of the signature: the last character carries unused bits.
      for (const position of [cookie.indexOf(idIn(cookie)) + 10, cookie.length - 10]) {
        const other = cookie[position] === 'A' ? 'B' : 'A';
        const tampered = cookie.slice(0, position) + other + cookie.slice(position + 1);
        const answer = await replay(test.url, tampered);
        expect([answer.status, answer.setCookies]).toEqual([401, []]);
      }
      const events = test.app.events.slice(before);
      expect(events.map(({ event }) => event)).toEqual(['cookie_rejected', 'cookie_rejected']);
    });

    it('#21 two session cookies are none, in either order', async () => {
      const [attacker, victim] = [new Browser(test.url), new Browser(test.url)];
      await attacker.logIn();
      await victim.logIn();
      const both = [await attacker.cookieHeader(), await victim.cookieHeader()];
      for (const cookie of [both.join('; '), both.reverse().join('; ')]) {
        expect((await replay(test.url, cookie)).status).toBe(401);
        expect(test.app.events.at(-1)).toMatchObject({
          event: 'cookie_rejected',
          reason: 'duplicate',
        });
      }
    });

    it('a cookie that is there in part, or of parts that do not belong together, is anonymous', async () => {
      const [one, another] = [new Browser(test.url), new Browser(test.url)];
      await one.logIn();
      await another.logIn();
      const [a, b] = [await one.cookieHeader(), await another.cookieHeader()];
      const half = (cookie: string) => cookie.slice(0, cookie.indexOf(idIn(cookie)) + 43);
      const mixed = half(a) + b.slice(half(b).length);
      for (const cookie of [half(a), mixed]) {
        const before = test.app.events.length;
        const answer = await replay(test.url, cookie);
        expect([answer.status, answer.setCookies]).toEqual([401, []]);
        const events = test.app.events.slice(before).map(({ event }) => event);
        expect(events).toEqual(['cookie_rejected']);
      }
    });

    it('#23 requests that need no session make none', async () => {
      const before = test.app.events.length;
      for (let count = 0; count < 50; count++) {
        const path = ['/', '/healthz', '/readyz', '/cart', '/nothing'][count % 5] ?? '/';
        expect((await new Browser(test.url).get(path)).setCookies).toEqual([]);
      }
      await new Browser(test.url).logIn({ email: 'nobody@example.com', password: 'x' });
      const events = test.app.events.slice(before).map(({ event }) => event);
      expect(events).toEqual(['login_failed']);
    });
  });
}
