import { describe, expect, it } from 'vitest';
import { ADA, Browser, GRACE, idIn, replay } from '../browser.ts';
import type { Target } from '../target.ts';
import { startBefore } from './under-test.ts';

const MINUTE = 60_000;

/** When what somebody may do changes, or when they want to do something that cannot be undone. */
export function privilegeSuite(target: Target): void {
  describe('privilege', () => {
    const test = startBefore(target);

    const idOf = async (browser: Browser) => idIn(await browser.cookieHeader());
    /** Does something, and sees that the id has changed and the one before is dead. */
    const expectNewId = async (browser: Browser, act: () => Promise<unknown>) => {
      const before = await browser.cookieHeader();
      await act();
      expect(await idOf(browser)).not.toBe(idIn(before));
      expect((await replay(test.url, before)).status).toBe(401);
      expect((await browser.get('/profile')).status).toBe(200);
    };

    it('#8 the password once more, a new password and a new role each give a new id', async () => {
      const browser = new Browser(test.url);
      await browser.logIn();
      await browser.post('/cart', { item: 'apple' });
      await expectNewId(browser, async () => {
        const { status } = await browser.post('/reauthenticate', { password: ADA.password });
        expect(status).toBe(204);
      });
      await expectNewId(browser, async () => {
        const { status } = await browser.post('/password', { newPassword: ADA.password });
        expect(status).toBe(204);
      });
      await expectNewId(browser, async () => {
        test.app.users.setRoles('user-1', ['member', 'editor']);
        expect((await browser.get('/profile')).json.user?.roles).toContain('editor');
      });
      test.app.users.setRoles('user-1', ['member']);
      // All that, and it is still the same session to its user.
      expect((await browser.get('/cart')).json.items).toEqual(['apple']);
      expect((await browser.post('/cart', { item: 'pear' })).status).toBe(200);
    });

    it('#39 a sensitive change needs a password that was given just now', async () => {
      const browser = new Browser(test.url);
      await browser.logIn();
      test.clock.advance(5 * MINUTE);
      const late = await browser.post('/password', { newPassword: 'another password' });
      expect([late.status, late.json.code]).toEqual([403, 'reauth_required']);
      expect((await new Browser(test.url).logIn()).status).toBe(200); // nothing was changed

      const wrong = await browser.post('/reauthenticate', { password: 'wrong' });
      expect([wrong.status, wrong.json.code]).toEqual([403, 'bad_credentials']);
      expect((await browser.post('/password', { newPassword: 'another one' })).status).toBe(403);

      expect((await browser.post('/reauthenticate', { password: ADA.password })).status).toBe(204);
      test.clock.advance(5 * MINUTE - 1);
      expect((await browser.post('/password', { newPassword: ADA.password })).status).toBe(204);
    });

    it('#39 a password of less than 8 or more than 128 characters is refused', async () => {
      const browser = new Browser(test.url);
      await browser.logIn();
      for (const newPassword of ['short-1', 'x'.repeat(129), '', 12345678, undefined]) {
        expect((await browser.post('/password', { newPassword })).status).toBe(422);
      }
      expect((await browser.post('/password', {})).status).toBe(422);
      expect((await new Browser(test.url).logIn()).status).toBe(200);
    });

    it('#25 a password given again starts the absolute limit anew', async () => {
      const browser = new Browser(test.url);
      await browser.logIn();
      test.clock.advance(20 * MINUTE);
      await browser.post('/reauthenticate', { password: ADA.password });
      const { absoluteExpiresAt } = (await browser.get('/profile')).json.session ?? {};
      expect(Date.parse(absoluteExpiresAt ?? '') - test.clock.now()).toBe(12 * 60 * MINUTE);
    });

    it("#36 a new password ends all other sessions, the thief's among them", async () => {
      const browsers = [0, 1, 2].map(() => new Browser(test.url));
      for (const browser of browsers) await browser.logIn(GRACE);
      const [owner = new Browser(test.url), ...others] = browsers;
      const stolen = await owner.cookieHeader();
      const changed = await owner.post('/password', { newPassword: 'compiler-1952' });
      expect(changed.status).toBe(204);
      expect((await owner.get('/profile')).status).toBe(200);
      for (const other of others) expect((await other.get('/profile')).status).toBe(401);
      expect((await replay(test.url, stolen)).status).toBe(401);
      expect((await new Browser(test.url).logIn(GRACE)).status).toBe(401);
      const again = { ...GRACE, password: 'compiler-1952' };
      expect((await new Browser(test.url).logIn(again)).status).toBe(200);
      expect((await owner.post('/password', { newPassword: GRACE.password })).status).toBe(204);
    });

    it('#36 the page changes it by form', async () => {
      const browser = new Browser(test.url);
      await browser.logIn();
      const before = await idOf(browser);
      const confirmed = await browser.submit('/reauthenticate', { password: ADA.password });
      expect([confirmed.status, confirmed.headers['location']]).toEqual([303, '/']);
      const form = { newPassword: ADA.password };
      expect((await browser.submit('/password', form)).status).toBe(303);
      expect(await idOf(browser)).not.toBe(before);
    });

    it('#37 a role that was taken away counts from the next request on', async () => {
      const app = await test.another();
      const grace = new Browser(app.url);
      await grace.logIn(GRACE);
      expect((await grace.delete('/users/user-1/sessions')).status).toBe(204);
      app.users.setRoles('user-2', ['member']);
      const refused = await grace.delete('/users/user-1/sessions');
      expect([refused.status, refused.json.code]).toEqual([403, 'forbidden']);
      expect((await grace.get('/profile')).json.user?.roles).toEqual(['member']);
    });

    it('#37 a disabled account is logged out at its next request, and its record is gone', async () => {
      const app = await test.another();
      const [one, two] = [new Browser(app.url), new Browser(app.url)];
      for (const browser of [one, two]) await browser.logIn(GRACE);
      const cookie = await one.cookieHeader();
      app.users.disable('user-2');
      for (const browser of [one, two]) expect((await browser.get('/profile')).status).toBe(401);
      expect((await one.post('/cart', { item: 'apple' })).status).toBe(200); // as anybody
      expect((await new Browser(app.url).logIn(GRACE)).status).toBe(401);
      expect(app.events.filter(({ event }) => event === 'session_revoked').length).toBe(2);
      // Ended, not only refused: it does not come back with the account.
      const later = target.shared ? await test.another() : app;
      expect((await replay(later.url, cookie)).status).toBe(401);
    });

    it('one session on several clients at the same moment: each is served', async () => {
      const browser = new Browser(test.url);
      await browser.logIn();
      const agents = ['X11; Linux x86_64', 'Windows NT 10.0', 'Macintosh; Intel Mac OS X 14.5'].map(
        (system) => `Mozilla/5.0 (${system}; rv:140.0) Gecko/20100101 Firefox/140.0`,
      );
      const statuses: number[] = [];
      for (let round = 1; round <= 5; round++) {
        const answers = [...agents, ...agents, ...agents].map((agent) =>
          browser.get('/profile', { headers: { 'user-agent': agent } }),
        );
        statuses.push(...(await Promise.all(answers)).map(({ status }) => status));
      }
      expect(new Set(statuses)).toEqual(new Set([200]));
    });

    it('#42 a session on another client is noticed: it goes on, but nothing sensitive does', async () => {
      const browser = new Browser(test.url);
      const on = (agent: string) => ({ headers: { 'user-agent': agent } });
      const firefox = on('Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0');
      const newer = on('Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0');
      const safari = on(
        'Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 (KHTML, like Gecko) ' +
          'Version/17.5 Safari/605.1.15',
      );
      await browser.send('POST', '/login', { json: ADA, ...firefox });
      const events = () => test.app.events.filter(({ event }) => event === 'client_changed');
      const before = events().length;
      expect((await browser.get('/profile', newer)).status).toBe(200);
      expect(events().length).toBe(before); // an update is no other client

      expect((await browser.get('/profile', safari)).status).toBe(200);
      expect(events().length).toBe(before + 1);
      expect(events().at(-1)).toMatchObject({ userId: 'user-1' });
      const json = { newPassword: 'the thief was here' };
      const refused = await browser.send('POST', '/password', { json, ...safari });
      expect([refused.status, refused.json.code]).toEqual([403, 'reauth_required']);
      expect(events().length).toBe(before + 1); // noted once
    });
  });
}
