import { Buffer } from 'node:buffer';
import { deriveKeys, newSessionId, parseSecrets } from 'security-helpers';
import { describe, expect, it } from 'vitest';
import { Browser, idIn, replay } from '../browser.ts';
import { SECRET, type Target } from '../target.ts';
import { startBefore } from './under-test.ts';

export function identifierSuite(target: Target, count = 2000): void {
  describe('session ids', () => {
    const test = startBefore(target);
    /** The cookies for this id, signed with the very secret of the server under test. */
    const signed = (id: string) => {
      const { cookie } = deriveKeys(parseSecrets(SECRET));
      return target.cookies.signed('sid', id, cookie[0]);
    };

    it(`#1 ids are random: ${count} of them, no two alike, no constant position`, async () => {
      const ids: string[] = [];
      while (ids.length < count) {
        const answers = await Promise.all(
          Array.from({ length: 50 }, () => new Browser(test.url).post('/cart', { item: 'x' })),
        );
        ids.push(...answers.map((answer) => idIn(answer.setCookies[0] ?? '')));
      }
      expect(new Set(ids).size).toBe(count);
      for (const id of ids) expect(Buffer.from(id, 'base64url').length).toBe(32);
      for (let position = 0; position < 43; position++) {
        const characters = new Set(ids.map((id) => id[position]));
        expect(characters.size, `position ${position}`).toBeGreaterThan(8);
      }
    }, 60_000);

    it('#2 the cookie tells nothing and does not grow with the session', async () => {
      const browser = new Browser(test.url);
      const first = (await browser.logIn()).setCookies[0] ?? '';
      const second = (await new Browser(test.url).logIn()).setCookies[0] ?? '';
      expect(idIn(first).slice(0, 8)).not.toBe(idIn(second).slice(0, 8));
      expect(Buffer.from(idIn(first), 'base64url').toString('latin1')).not.toMatch(/ada@|user/i);
      const before = await browser.cookieHeader();
      for (let count = 0; count < 50; count++) {
        await browser.post('/cart', { item: `${count}`.padEnd(200, '.') });
      }
      expect(await browser.cookieHeader()).toBe(before);
      expect(before.length).toBeLessThan(4096);
    }, 30_000);

    it('#3 a malformed id means "no session" and reaches no store', async () => {
      const before = test.app.events.length;
      const names = target.cookies.names('sid');
      const unsigned = [
        "s:' OR 1=1 --.x",
        's:%00%0d%0aSet-Cookie:%20a=b.x',
        's:*.x',
        's:../../etc/passwd.x',
        's:%zz.x',
        `s:${'a'.repeat(5000)}.x`,
        '',
        's:',
      ];
      const malformed = [
        ...unsigned.map((value) => names.map((name) => `${name}=${value}`).join('; ')),
        signed('*'),
        signed(`${newSessionId()}x`),
        signed('__proto__'),
      ];
      for (const cookie of malformed) {
        const answer = await replay(test.url, cookie);
        expect([cookie, answer.status, answer.setCookies]).toEqual([cookie, 401, []]);
      }
      const events = test.app.events.slice(before).map(({ event }) => event);
      expect(events).toEqual(malformed.map(() => 'cookie_rejected'));
    });

    it('#4 an id that the server did not issue never becomes a session, however well signed', async () => {
      const chosen = newSessionId();
      const planted = signed(chosen);
      expect((await replay(test.url, planted)).status).toBe(401);

      const victim = new Browser(test.url);
      await victim.plant(planted);
      const cart = await victim.post('/cart', { item: 'x' });
      expect(idIn(cart.setCookies[0] ?? '')).not.toBe(chosen);
      await victim.plant(planted);
      const login = await victim.logIn();
      expect(idIn(login.setCookies[0] ?? '')).not.toBe(chosen);
      expect((await replay(test.url, planted)).status).toBe(401);

      const ended = await victim.cookieHeader();
      await victim.post('/logout');
      const returning = new Browser(test.url);
      await returning.plant(ended);
      const again = await returning.logIn();
      expect(idIn(again.setCookies[0] ?? '')).not.toBe(idIn(ended));
    });

    it('#5 an id counts only in the cookie', async () => {
      const browser = new Browser(test.url);
      await browser.logIn();
      const cookie = await browser.cookieHeader();
      const id = idIn(cookie);
      const stranger = new Browser(test.url);
      const tries = [
        stranger.get(`/profile?${cookie.replaceAll('; ', '&')}`),
        stranger.get(`/profile;jsessionid=${id}`),
        stranger.get('/profile', { headers: { 'x-session-id': id } }),
        stranger.get('/profile', { headers: { authorization: `Bearer ${cookie}` } }),
        stranger.send('GET', '/profile', { json: { sid: id, cookie } }),
        stranger.send('GET', '/profile', { form: { sid: id, cookie } }),
      ];
      for (const { status } of await Promise.all(tries)) expect([401, 404]).toContain(status);
    });

    it('#6 the id is in no body, no URL and no header but Set-Cookie', async () => {
      const browser = new Browser(test.url);
      const seen = [
        await browser.post('/cart', { item: 'x' }),
        await browser.logIn(),
        await browser.get('/'),
        await browser.get('/profile'),
        await browser.get('/cart'),
        await browser.post('/cart', { item: '' }),
        await browser.submit('/cart', { item: 'y' }),
        await browser.get('/nothing'),
      ];
      const ids = seen.flatMap(({ setCookies }) => setCookies.slice(0, 1).map(idIn));
      expect(ids.length).toBe(2);
      seen.push(await browser.post('/logout'));
      for (const { text, headers } of seen) {
        const { 'set-cookie': _, ...rest } = headers;
        for (const id of ids) expect(text + JSON.stringify(rest)).not.toContain(id);
      }
      for (const id of ids) expect(JSON.stringify(test.app.events)).not.toContain(id);
    });
  });
}
