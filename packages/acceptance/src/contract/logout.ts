import { describe, expect, it } from 'vitest';
import { Browser, readSetCookie, replay } from '../browser.ts';
import type { Target } from '../target.ts';
import { startBefore } from './under-test.ts';

export function logoutSuite(target: Target): void {
  describe('logout', () => {
    const test = startBefore(target);

    it('#29 an old cookie is worthless after the logout, on every instance', async () => {
      const browser = new Browser(test.url);
      await browser.logIn();
      const cookie = await browser.cookieHeader();
      expect((await replay(test.url, cookie)).status).toBe(200);
      const other = await test.another();
      expect((await replay(other.url, cookie)).status).toBe(target.shared ? 200 : 401);
      expect((await browser.post('/logout')).status).toBe(204);
      expect((await replay(test.url, cookie)).status).toBe(401);
      expect((await replay(other.url, cookie)).status).toBe(401);
    });

    it('#30 only a POST with the token logs out', async () => {
      const browser = new Browser(test.url);
      await browser.logIn();
      const link = await browser.get('/logout');
      expect([link.status, link.headers['allow']]).toEqual([405, 'POST']);
      const forged = await browser.post('/logout', undefined, { 'x-csrf-token': null });
      expect([forged.status, forged.json.code]).toEqual([403, 'csrf_token']);
      expect((await browser.get('/profile')).status).toBe(200);
    });

    it('#30 the page of a logged-in user has the logout form', async () => {
      const browser = new Browser(test.url);
      await browser.logIn();
      expect((await browser.get('/')).text).toContain('action="/logout"');
    });

    it('#33 the answer clears the cookie and what the browser has kept', async () => {
      const browser = new Browser(test.url);
      await browser.logIn();
      const { headers, setCookies } = await browser.post('/logout');
      expect(headers['clear-site-data']).toBe('"cache", "storage"');
      expect(headers['cache-control']).toBe('no-store');
      const names = target.cookies.names('sid');
      expect(setCookies.map((line) => readSetCookie(line).name)).toEqual(names);
      for (const line of setCookies) expect(line).toMatch(/^[\w.]+=; Max-Age=0;/);
    });
  });
}
