import { describe, expect, it } from 'vitest';
import { Browser, replay } from '../browser.ts';
import type { Target } from '../target.ts';
import { startBefore } from './under-test.ts';

export function cookieSuite(target: Target): void {
  describe('the session cookie', () => {
    const test = startBefore(target);

    it('#13 #16 is HttpOnly, SameSite=Lax, Path=/ without Domain or expiry, whenever it is set', async () => {
      const browser = new Browser(test.url);
      const lines = [
        ...(await browser.post('/cart', { item: 'x' })).setCookies,
        ...(await browser.logIn()).setCookies,
        ...(await browser.logIn()).setCookies,
      ];
      expect(lines.length).toBe(3);
      for (const line of lines) {
        const [, ...attributes] = line.split('; ');
        expect(attributes.sort()).toEqual(['HttpOnly', 'Path=/', 'SameSite=Lax']);
      }
    });

    it('#13 #18 is cleared with the attributes it was set with', async () => {
      const browser = new Browser(test.url);
      await browser.logIn();
      const { setCookies } = await browser.post('/logout');
      expect(setCookies.length).toBe(1);
      const [pair, ...attributes] = (setCookies[0] ?? '').split('; ');
      expect(pair).toBe('sid=');
      expect(attributes.sort()).toEqual([
        'Expires=Thu, 01 Jan 1970 00:00:00 GMT',
        'HttpOnly',
        'Max-Age=0',
        'Path=/',
        'SameSite=Lax',
      ]);
      expect(await browser.jar.getCookies(test.url)).toEqual([]);
    });

    it('#15 does not name the library', async () => {
      const browser = new Browser(test.url);
      const [line = ''] = (await browser.logIn()).setCookies;
      expect(line).toMatch(/^sid=/);
    });

    it('takes its name from SESSION_COOKIE_NAME', async () => {
      const { url } = await test.another({ SESSION_COOKIE_NAME: 'sid_shop' });
      const [line = ''] = (await new Browser(url).logIn()).setCookies;
      expect(line).toMatch(/^sid_shop=/);
    });

    it('a cookie that was tampered with is anonymous, and logged', async () => {
      const browser = new Browser(test.url);
      await browser.logIn();
      const cookie = await browser.cookieHeader();
      const before = test.app.events.length;
      // The middle of the id and of the signature: the last character carries unused bits.
      for (const position of [cookie.indexOf('%3A') + 10, cookie.indexOf('.') + 10]) {
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
