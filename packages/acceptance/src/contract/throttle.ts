import { createHook } from 'node:async_hooks';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ADA, Browser, GRACE } from '../browser.ts';
import type { Target } from '../target.ts';
import { startBefore } from './under-test.ts';

const wrong = { ...ADA, password: 'wrong' };

/** Whoever guesses is slowed down, and learns nothing from the answers. */
export function throttleSuite(target: Target): void {
  describe('guessing', () => {
    const test = startBefore(target);
    const tries = async (url: string, count: number, account = wrong) => {
      const statuses: number[] = [];
      for (let n = 0; n < count; n++) statuses.push((await new Browser(url).logIn(account)).status);
      return statuses;
    };

    it('#40 a password is slowed down per account, whatever cookie or password comes', async () => {
      const limits = { LOGIN_ACCOUNT_LIMIT: '3', LOGIN_WINDOW_SECONDS: '3' };
      const app = await test.another(limits);
      expect(await tries(app.url, 4)).toEqual([401, 401, 401, 429]);
      const refused = await new Browser(app.url).logIn(ADA); // the right one
      expect([refused.status, refused.json.code, refused.setCookies]).toEqual([
        429,
        'too_many_attempts',
        [],
      ]);
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
      expect((await new Browser(app.url).logIn(GRACE)).status).toBe(200);
      if (target.shared) {
        const other = await test.another(limits);
        expect((await new Browser(other.url).logIn(ADA)).status).toBe(429);
      }
      expect(app.events.map(({ event }) => event)).toContain('login_throttled');
      // Never for good.
      const again = async () => (await new Browser(app.url).logIn(ADA)).status;
      await expect.poll(again, { timeout: 20_000, interval: 250 }).toBe(200);
    });

    it('#40 many guesses at the same moment are no more than one after the other', async () => {
      const app = await test.another({ LOGIN_ACCOUNT_LIMIT: '3', LOGIN_WINDOW_SECONDS: '60' });
      const account = { email: 'nobody@example.com', password: 'wrong' };
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => new Browser(app.url).logIn(account)),
      );
      const count = (wanted: number) => answers.filter(({ status }) => status === wanted).length;
      expect([count(401), count(429)]).toEqual([3, 17]);
    });

    it('#40 a success takes the failures of its account back', async () => {
      const app = await test.another({ LOGIN_ACCOUNT_LIMIT: '3', LOGIN_WINDOW_SECONDS: '61' });
      const graces = { ...GRACE, password: 'wrong' };
      for (let round = 0; round < 3; round++) {
        expect(await tries(app.url, 2, graces)).toEqual([401, 401]);
        expect((await new Browser(app.url).logIn(GRACE)).status).toBe(200);
      }
    });

    it('#40 #67 and per client, by the address that our own proxy saw', async () => {
      const app = await test.another({
        LOGIN_CLIENT_LIMIT: '3',
        LOGIN_WINDOW_SECONDS: '62',
        TRUST_PROXY_HOPS: '1',
      });
      const from = (address: string, n: number) =>
        new Browser(app.url, { headers: { 'x-forwarded-for': address } }).logIn({
          email: `user${n}@example.com`,
          password: 'wrong',
        });
      const statuses: number[] = [];
      // Another account each time, and another lie in front of what our proxy has added.
      for (let n = 0; n < 4; n++) {
        statuses.push((await from(`198.51.100.${n}, 203.0.113.7`, n)).status);
      }
      expect(statuses).toEqual([401, 401, 401, 429]);
      expect((await from('203.0.113.8', 9)).status).toBe(401);
    });

    it('#40 a wrong password on /reauthenticate counts as well', async () => {
      const app = await test.another({ LOGIN_ACCOUNT_LIMIT: '2', LOGIN_WINDOW_SECONDS: '63' });
      const browser = new Browser(app.url);
      await browser.logIn(GRACE);
      const statuses: number[] = [];
      for (const password of ['wrong', 'wrong', GRACE.password]) {
        statuses.push((await browser.post('/reauthenticate', { password })).status);
      }
      expect(statuses).toEqual([403, 403, 429]);
      expect((await browser.get('/profile')).status).toBe(200);
    });

    it('#41 an unknown, a wrong and a disabled account get the same answer', async () => {
      const app = await test.another();
      app.users.disable('user-2');
      const answers = [
        await new Browser(app.url).logIn(wrong),
        await new Browser(app.url).logIn({ ...wrong, email: 'nobody@example.com' }),
        await new Browser(app.url).logIn(GRACE),
      ];
      for (const { status, text, headers } of answers) {
        const { date: _, ...others } = headers;
        const { date: __, ...first } = answers[0]?.headers ?? {};
        expect([status, text, others]).toEqual([401, answers[0]?.text, first]);
      }
    });

    it('#41 and each costs exactly one password hash', async () => {
      const app = await test.another({}, target.createUsers());
      let hashes = 0;
      const hook = createHook({
        init(_id, type) {
          if (type === 'SCRYPTREQUEST') hashes += 1;
        },
      }).enable();
      onTestFinished(() => void hook.disable());
      const costOf = async (account: typeof wrong) => {
        hashes = 0;
        await new Browser(app.url).logIn(account);
        return hashes;
      };
      expect(await costOf(ADA)).toBe(1);
      expect(await costOf(wrong)).toBe(1);
      expect(await costOf({ ...wrong, email: 'nobody@example.com' })).toBe(1);
      app.users.disable('user-1');
      expect(await costOf(ADA)).toBe(1);
    });

    it('#20 session cookies are slowed down per client; a browser with a dead one is not', async () => {
      const app = await test.another({ UNKNOWN_ID_LIMIT: '5', LOGIN_WINDOW_SECONDS: '64' });
      const { name } = await cookieOf(app.url);
      const honest = new Browser(app.url);
      await honest.logIn();
      const dead = new Browser(app.url);
      await dead.logIn(GRACE);
      const gone = { headers: { cookie: await dead.cookieHeader() } };
      await dead.post('/logout');
      const page = new Browser(app.url);
      for (let n = 0; n < 20; n++) expect((await page.get('/cart', gone)).status).toBe(200);

      const guess = (n: number) => `${name}=s%3A${String(n).padStart(43, 'A')}.${'B'.repeat(43)}`;
      const statuses: number[] = [];
      for (let n = 0; n < 6; n++) {
        statuses.push((await page.get('/cart', { headers: { cookie: guess(n) } })).status);
      }
      expect(statuses).toEqual([200, 200, 200, 200, 429, 429]);
      expect(app.events.map(({ event }) => event)).toContain('cookies_throttled');
      expect((await honest.get('/profile')).status).toBe(200);
      expect((await page.get('/cart')).status).toBe(200);
    });
  });
}

/** The name of the session cookie, as a login sets it. */
async function cookieOf(url: string): Promise<{ name: string }> {
  const { setCookies } = await new Browser(url).logIn();
  return { name: setCookies[0]?.split('=')[0] ?? '' };
}
