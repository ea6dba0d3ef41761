import { describe, expect, it } from 'vitest';
import { ADA, Browser, GRACE, idIn, replay } from '../browser.ts';
import type { Target } from '../target.ts';
import { startBefore } from './under-test.ts';

export function fixationSuite(target: Target): void {
  describe('fixation', () => {
    const test = startBefore(target);

    it('#7 a login gives a new id and kills the one that was planted', async () => {
      const attacker = new Browser(test.url);
      await attacker.post('/cart', { item: 'bait' });
      const planted = await attacker.cookieHeader();

      const victim = new Browser(test.url);
      await victim.plant(planted);
      victim.csrfToken = attacker.csrfToken;
      await victim.logIn();
      expect(idIn(await victim.cookieHeader())).not.toBe(idIn(planted));
      expect((await victim.get('/profile')).status).toBe(200);
      expect((await replay(test.url, planted)).status).toBe(401);
      expect((await replay(test.url, planted, '/cart')).json.items).toEqual([]);
    });

    it("#7 a login over another user's session leaves nothing of that user", async () => {
      const browser = new Browser(test.url);
      await browser.logIn(ADA);
      const adas = await browser.cookieHeader();
      const before = (await browser.get('/profile')).json;
      await browser.logIn(GRACE);
      const after = (await browser.get('/profile')).json;
      expect(after.user?.email).toBe(GRACE.email);
      expect(after.session?.handle).not.toBe(before.session?.handle);
      expect((await replay(test.url, adas)).status).toBe(401);
    });

    it('#7 each login of a user gives another id', async () => {
      const browser = new Browser(test.url);
      const ids = new Set<string>();
      for (let count = 0; count < 3; count++) {
        await browser.logIn();
        ids.add(idIn(await browser.cookieHeader()));
      }
      expect(ids.size).toBe(3);
    });

    it('#9 of what was there before the login, only the cart survives it', async () => {
      const browser = new Browser(test.url);
      await browser.post('/cart', { item: 'apple' });
      const oldToken = browser.csrfToken;
      test.clock.advance(5000);
      const login = await browser.logIn();
      expect(login.json.csrfToken).not.toBe(oldToken);
      const { session } = (await browser.get('/profile')).json;
      expect(session?.createdAt).toBe(new Date(test.clock.now()).toISOString());
      expect((await browser.get('/cart')).json.items).toEqual(['apple']);
      const withOldToken = { 'x-csrf-token': oldToken ?? '' };
      expect((await browser.post('/cart', { item: 'pear' }, withOldToken)).status).toBe(403);
      expect((await browser.get('/cart')).json.items).toEqual(['apple']);
    });

    it('a wrong password leaves the session as it was', async () => {
      const browser = new Browser(test.url);
      await browser.logIn();
      const cookie = await browser.cookieHeader();
      expect((await browser.logIn({ ...GRACE, password: 'wrong' })).status).toBe(401);
      expect((await replay(test.url, cookie)).json.user?.email).toBe(ADA.email);
    });
  });
}
