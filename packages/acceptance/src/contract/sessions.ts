import { storeKey } from 'security-helpers';
import { describe, expect, it } from 'vitest';
import { ADA, Browser, GRACE, idIn, replay } from '../browser.ts';
import type { Target } from '../target.ts';
import { startBefore } from './under-test.ts';

/** A user's own sessions: seeing them, ending them, and how many there may be. */
export function sessionsSuite(target: Target): void {
  describe('the sessions of a user', () => {
    const test = startBefore(target);

    const three = async () => {
      const browsers = [0, 1, 2].map(() => new Browser(test.url));
      for (const browser of browsers) await browser.logIn();
      const [one = new Browser(test.url)] = browsers;
      await one.delete('/sessions'); // those of the tests before
      for (const browser of browsers.slice(1)) await browser.logIn();
      return browsers as [Browser, Browser, Browser];
    };
    const profiles = (browsers: Browser[]) =>
      Promise.all(browsers.map(async (browser) => (await browser.get('/profile')).status));

    it('#34 are listed by handle, with one that is current and nothing that is an id', async () => {
      const browsers = await three();
      const cookies = await Promise.all(browsers.map((browser) => browser.cookieHeader()));
      for (const browser of browsers) {
        const { status, json, text, headers } = await browser.get('/sessions');
        expect([status, headers['cache-control']]).toEqual([200, 'no-store']);
        const { sessions = [] } = json;
        expect(sessions.length).toBe(3);
        const { handle } = (await browser.get('/profile')).json.session ?? {};
        expect(sessions.filter(({ current }) => current).map((each) => each.handle)).toEqual([
          handle,
        ]);
        for (const each of sessions) {
          expect(Object.keys(each).sort()).toEqual([
            'client',
            'createdAt',
            'current',
            'handle',
            'lastSeenAt',
          ]);
          expect(new Date(each.createdAt).toISOString()).toBe(each.createdAt);
        }
        for (const id of cookies.map(idIn)) {
          expect(text).not.toContain(id);
          expect(text).not.toContain(storeKey(id));
        }
      }
    });

    it('#34 say what they were last seen on', async () => {
      const browser = new Browser(test.url);
      const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
      const headers = { 'user-agent': firefox };
      await browser.send('POST', '/login', { json: ADA, headers });
      const { sessions } = (await browser.get('/sessions', { headers })).json;
      const current = sessions?.find((session) => session.current);
      expect(current?.client).toBe('Firefox on Linux, 127.0.0.*');
    });

    it('are nothing to somebody who is not logged in', async () => {
      const nobody = new Browser(test.url);
      await nobody.post('/cart', { item: 'apple' });
      for (const answer of [
        await nobody.get('/sessions'),
        await nobody.delete('/sessions'),
        await nobody.delete('/sessions/whatever'),
        await nobody.delete('/users/user-1/sessions'),
        await nobody.post('/sessions/whatever/end'),
        await nobody.post('/sessions/end-others'),
        await nobody.post('/reauthenticate', { password: ADA.password }),
        await nobody.post('/password', { newPassword: 'a new password' }),
      ]) {
        expect([answer.status, answer.json.code]).toEqual([401, 'login_required']);
      }
    });

    it('#35 one of them can be ended; the others go on', async () => {
      const [one, two, three_] = await three();
      const { handle } = (await two.get('/profile')).json.session ?? {};
      expect((await one.delete(`/sessions/${handle}`)).status).toBe(204);
      expect(await profiles([one, two, three_])).toEqual([200, 401, 200]);
      expect((await one.delete(`/sessions/${handle}`)).status).toBe(404);
      const { handle: own } = (await three_.get('/profile')).json.session ?? {};
      const { status, setCookies } = await three_.delete(`/sessions/${own}`);
      expect([status, setCookies.length > 0]).toEqual([204, true]);
      expect(await profiles([one, three_])).toEqual([200, 401]);
    });

    it('#35 all others can be ended at once', async () => {
      const [one, two, three_] = await three();
      expect((await two.delete('/sessions')).status).toBe(204);
      expect(await profiles([one, two, three_])).toEqual([401, 200, 401]);
      const ended = test.app.events.filter(({ event }) => event === 'session_revoked').at(-1);
      expect(ended).toMatchObject({ userId: 'user-1', reason: 'user' });
    });

    it('#35 the page ends them by form, back to the page', async () => {
      const [one, two, three_] = await three();
      const { handle } = (await two.get('/profile')).json.session ?? {};
      expect((await one.get('/')).text).toContain(`action="/sessions/${handle}/end"`);
      const ended = await one.submit(`/sessions/${handle}/end`);
      expect([ended.status, ended.headers['location']]).toEqual([303, '/']);
      expect(await profiles([one, two, three_])).toEqual([200, 401, 200]);
      expect((await one.submit('/sessions/end-others')).status).toBe(303);
      expect(await profiles([one, three_])).toEqual([200, 401]);
    });

    it("#35 somebody else's cannot be ended, whatever one knows of them", async () => {
      const [ada] = await three();
      const { handle } = (await ada.get('/profile')).json.session ?? {};
      const grace = new Browser(test.url);
      await grace.logIn(GRACE);
      const answers = [
        await grace.delete(`/sessions/${handle}`),
        await grace.delete('/sessions/no-such-handle'),
        await grace.delete(`/sessions/${'A'.repeat(22)}`),
      ];
      for (const { status, text } of answers) {
        expect([status, text]).toEqual([404, answers[1]?.text]);
      }
      expect((await ada.get('/profile')).status).toBe(200);
    });

    it('#35 an administrator ends all of a user, after giving the password again', async () => {
      const adas = await three();
      const [ada] = adas;
      expect((await ada.delete('/users/user-2/sessions')).status).toBe(403);
      const grace = new Browser(test.url);
      await grace.logIn(GRACE);
      test.clock.advance(6 * 60_000);
      const stale = await grace.delete('/users/user-1/sessions');
      expect([stale.status, stale.json.code]).toEqual([403, 'reauth_required']);
      expect(await profiles(adas)).toEqual([200, 200, 200]);
      expect((await grace.post('/reauthenticate', { password: GRACE.password })).status).toBe(204);
      expect((await grace.delete('/users/nobody/sessions')).status).toBe(404);
      expect((await grace.delete('/users/user-1/sessions')).status).toBe(204);
      expect(await profiles(adas)).toEqual([401, 401, 401]);
      expect((await grace.get('/profile')).status).toBe(200);
      const ended = test.app.events.filter(({ event }) => event === 'session_revoked').at(-1);
      expect(ended).toMatchObject({ userId: 'user-1', by: 'user-2', reason: 'administrator' });
    });

    it('#38 have a limit, which parallel logins obey: the newest stay', async () => {
      const app = await test.another({ SESSION_LIMIT_PER_USER: '3' });
      const browsers = Array.from({ length: 10 }, () => new Browser(app.url));
      await Promise.all(browsers.map((browser) => browser.logIn(GRACE)));
      const statuses = await profiles(browsers);
      expect(statuses.filter((status) => status === 200).length).toBe(3);
      const evicted = app.events.filter(({ event }) => event === 'session_evicted');
      expect(evicted.length).toBeGreaterThanOrEqual(7);

      test.clock.advance(1000);
      const next = new Browser(app.url);
      await next.logIn(GRACE);
      expect((await next.get('/profile')).status).toBe(200);
      expect((await next.get('/sessions')).json.sessions?.length).toBe(3);
      // One that was logged out leaves its place.
      await next.post('/logout');
      await next.logIn(GRACE);
      expect((await profiles(browsers)).filter((status) => status === 200).length).toBe(2);
    });

    it('#29 #35 what is ended here is ended there', async () => {
      if (!target.shared) return; // another instance has other sessions
      const [one, two] = await three();
      const there = await test.another();
      const cookie = await two.cookieHeader();
      expect((await replay(there.url, cookie)).status).toBe(200);
      await one.delete('/sessions');
      expect((await replay(there.url, cookie)).status).toBe(401);
    });
  });
}
