import { describe, expect, it } from 'vitest';
import { Browser, idIn, replay } from '../browser.ts';
import type { Target } from '../target.ts';
import { startBefore } from './under-test.ts';

const MINUTE = 60_000;

/** A long session changes its id now and then: a stolen one does not last as long as the session. */
export function renewalSuite(target: Target): void {
  describe('renewal', () => {
    // After an hour, with ten seconds of grace: the defaults.
    const test = startBefore(target);

    /** A session whose id is an hour old, and is renewed with its next request. */
    const anHourOld = async () => {
      const browser = new Browser(test.url);
      await browser.logIn();
      for (let visit = 0; visit < 2; visit++) {
        test.clock.advance(25 * MINUTE);
        const { setCookies } = await browser.get('/profile');
        expect(setCookies).toEqual([]);
      }
      test.clock.advance(10 * MINUTE);
      return browser;
    };

    it('#12 gives a new id; the old one works for seconds, and no limit begins anew', async () => {
      const browser = await anHourOld();
      const old = await browser.cookieHeader();
      const before = (await replay(test.url, old, '/healthz')).status;
      expect(before).toBe(200);
      const renewed = await browser.get('/profile');
      expect(renewed.setCookies.length).toBeGreaterThan(0);
      const fresh = await browser.cookieHeader();
      expect(idIn(fresh)).not.toBe(idIn(old));
      const { absoluteExpiresAt = '', handle } = renewed.json.session ?? {};
      expect(Date.parse(absoluteExpiresAt) - test.clock.now()).toBe(11 * 60 * MINUTE);
      expect((await replay(test.url, fresh)).status).toBe(200); // the browser has it

      // A request that was under way with the old one: served, and given nothing.
      test.clock.advance(9999);
      const late = await replay(test.url, old);
      expect([late.status, late.setCookies]).toEqual([200, []]);
      expect(late.json.session?.handle).toBe(handle);
      test.clock.advance(1);
      expect((await replay(test.url, old)).status).toBe(401);
      expect((await browser.get('/profile')).status).toBe(200);
      expect((await browser.get('/sessions')).json.sessions?.length).toBeGreaterThan(0);
    });

    it('#12 requests at the same moment do not log the user out', async () => {
      const browser = await anHourOld();
      const old = await browser.cookieHeader();
      const answers = await Promise.all(Array.from({ length: 8 }, () => replay(test.url, old)));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      // One of them has given a new id; whoever else wanted to has not.
      const given = answers.filter(({ setCookies }) => setCookies.length > 0);
      expect(given.length).toBe(1);
      test.clock.advance(20_000);
      // Nobody has come with the new id yet: it may never have arrived.
      expect((await replay(test.url, old)).status).toBe(200);
      for (const line of given[0]?.setCookies ?? []) await browser.jar.setCookie(line, test.url);
      expect((await browser.get('/profile')).status).toBe(200);
      test.clock.advance(10_000);
      expect((await replay(test.url, old)).status).toBe(401);
      expect((await browser.get('/profile')).status).toBe(200);
      const handles = (await browser.get('/sessions')).json.sessions?.map(({ handle }) => handle);
      expect(new Set(handles).size).toBe(handles?.length);
    });

    it('#12 a request that fails brings the new id all the same', async () => {
      const browser = await anHourOld();
      const failed = await browser.post('/cart', { item: '' });
      expect([failed.status, failed.setCookies.length > 0]).toEqual([422, true]);
      test.clock.advance(10_000);
      expect((await browser.get('/profile')).status).toBe(200);
    });

    it('#12 what is written with the old id is not lost, and does not keep it alive', async () => {
      const browser = await anHourOld();
      const old = await browser.cookieHeader();
      await browser.get('/profile');
      const headers = { cookie: old, 'x-csrf-token': browser.csrfToken ?? '' };
      const written = await new Browser(test.url).post('/cart', { item: 'late' }, headers);
      expect([written.status, written.setCookies]).toEqual([200, []]);
      expect((await browser.get('/cart')).json.items).toEqual(['late']);
      test.clock.advance(10_000);
      expect((await replay(test.url, old)).status).toBe(401);
      expect((await browser.get('/cart')).json.items).toEqual(['late']);
    });

    it('#12 an answer that is lost, with the new id in it, logs nobody out', async () => {
      const browser = await anHourOld();
      const old = await browser.cookieHeader();
      expect((await replay(test.url, old)).setCookies.length).toBeGreaterThan(0); // and it is lost
      test.clock.advance(25 * MINUTE);
      expect((await browser.get('/profile')).status).toBe(200);
      test.clock.advance(25 * MINUTE);
      expect((await browser.get('/profile')).status).toBe(200);
      test.clock.advance(10 * MINUTE);
      const again = await browser.get('/profile'); // an hour after the first try
      expect([again.status, again.setCookies.length > 0]).toEqual([200, true]);
      expect((await browser.get('/profile')).status).toBe(200);
      test.clock.advance(10_000);
      expect((await replay(test.url, old)).status).toBe(401);
    });

    it('#12 #29 a logout with either id ends both', async () => {
      for (const withOld of [true, false]) {
        const browser = await anHourOld();
        const old = await browser.cookieHeader();
        await browser.get('/profile');
        const fresh = await browser.cookieHeader();
        const headers = {
          cookie: withOld ? old : fresh,
          'x-csrf-token': browser.csrfToken ?? '',
        };
        expect((await new Browser(test.url).post('/logout', undefined, headers)).status).toBe(204);
        expect((await replay(test.url, old)).status).toBe(401);
        expect((await replay(test.url, fresh)).status).toBe(401);
      }
    });
  });
}
