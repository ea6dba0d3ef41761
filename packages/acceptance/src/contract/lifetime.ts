import { describe, expect, it } from 'vitest';
import { Browser, replay } from '../browser.ts';
import type { Target } from '../target.ts';
import { startBefore } from './under-test.ts';

const MINUTE = 60_000;

export function lifetimeSuite(target: Target): void {
  describe('lifetime', () => {
    // Idle 1800 s and absolute 43200 s: the defaults.
    const test = startBefore(target);

    it('#24 a session in use never ends early, an unused one ends at most a tenth late', async () => {
      const browser = new Browser(test.url);
      await browser.logIn();
      for (let visit = 0; visit < 5; visit++) {
        test.clock.advance(30 * MINUTE - 1);
        expect((await browser.get('/profile')).status).toBe(200);
      }
      test.clock.advance(33 * MINUTE);
      expect((await browser.get('/profile')).status).toBe(401);
      // A store that follows the test's clock has dropped it by itself.
      expect(['session_expired', 'session_unknown']).toContain(test.app.events.at(-1)?.event);
    });

    it('#24 requests just after each other do not shorten the idle time', async () => {
      const browser = new Browser(test.url);
      await browser.logIn();
      // Too soon for the expiry to be pushed: the promise must hold all the same.
      test.clock.advance(2 * MINUTE);
      expect((await browser.get('/profile')).status).toBe(200);
      test.clock.advance(30 * MINUTE - 1);
      expect((await browser.get('/profile')).status).toBe(200);
    });

    it('#25 however busy, a session ends at its absolute limit', async () => {
      const browser = new Browser(test.url);
      await browser.logIn();
      const { absoluteExpiresAt } = (await browser.get('/profile')).json.session ?? {};
      const end = Date.parse(absoluteExpiresAt ?? '');
      expect(end - test.clock.now()).toBe(12 * 60 * MINUTE);
      while (test.clock.now() + 20 * MINUTE < end) {
        test.clock.advance(20 * MINUTE);
        expect((await browser.get('/profile')).status).toBe(200);
      }
      test.clock.advance(end - test.clock.now() - 1);
      expect((await browser.get('/profile')).status).toBe(200);
      test.clock.advance(1);
      expect((await browser.get('/profile')).status).toBe(401);
    });

    it('#25 a new login starts the absolute limit anew', async () => {
      const browser = new Browser(test.url);
      await browser.logIn();
      test.clock.advance(20 * MINUTE);
      await browser.logIn();
      const { absoluteExpiresAt } = (await browser.get('/profile')).json.session ?? {};
      expect(Date.parse(absoluteExpiresAt ?? '') - test.clock.now()).toBe(12 * 60 * MINUTE);
    });

    it('#26 the server decides: a cookie that a thief kept is worthless after the idle time', async () => {
      const browser = new Browser(test.url);
      await browser.logIn();
      const kept = await browser.cookieHeader();
      test.clock.advance(34 * MINUTE);
      expect((await replay(test.url, kept)).status).toBe(401);
      test.clock.advance(-34 * MINUTE);
      expect((await replay(test.url, kept)).status).toBe(401);
    });

    it('shows when the session will end', async () => {
      const browser = new Browser(test.url);
      await browser.logIn();
      test.clock.advance(5 * MINUTE);
      const { session } = (await browser.get('/profile')).json;
      expect(Date.parse(session?.lastSeenAt ?? '')).toBe(test.clock.now());
      expect(Date.parse(session?.idleExpiresAt ?? '')).toBe(test.clock.now() + 30 * MINUTE);
    });
  });
}
