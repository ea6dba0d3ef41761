import { describe, expect, it } from 'vitest';
import { Browser } from '../browser.ts';
import type { Target } from '../target.ts';
import { slowStoreSuite } from './overload.ts';
import { startBefore, type UnderTest } from './under-test.ts';

/** For examples whose store can be killed and frozen. */
export function outageSuite(target: Target): void {
  slowStoreSuite(target);
  describe.each(['killed', 'frozen'] as const)('while the store is %s', (how) => {
    const test = startBefore(target, { STORE_DEADLINE_MS: '1000' }, { durable: true });

    it('#58 #59 #60 fails closed within the budget, and recovers without a restart', async () => {
      const service = serviceOf(test);
      const browser = new Browser(test.url);
      await browser.logIn();
      const anonymous = new Browser(test.url);

      await (how === 'killed' ? service.kill() : service.freeze());
      try {
        const started = performance.now();
        const answers = {
          profile: await browser.get('/profile'),
          login: await new Browser(test.url).logIn(),
          loginOver: await browser.logIn(),
          logout: await browser.post('/logout'),
          cart: await browser.post('/cart', { item: 'x' }),
          firstCart: await anonymous.post('/cart', { item: 'x' }),
          ready: await anonymous.get('/readyz'),
        };
        const elapsed = performance.now() - started;
        for (const [name, { status, headers, setCookies }] of Object.entries(answers)) {
          expect([name, status, headers['retry-after'], setCookies]).toEqual([name, 503, '1', []]);
        }
        // Seven requests, each bounded by a second; generous, because machines are busy.
        expect(elapsed).toBeLessThan(30_000);
        const page = await anonymous.get('/');
        expect([page.status, page.setCookies]).toEqual([200, []]);
        expect((await anonymous.get('/healthz')).status).toBe(200);
        const shown = await browser.get('/', { headers: { accept: 'text/html' } });
        expect(shown.status).toBe(503);
        expect(shown.text).toContain('out of reach');
        expect(shown.text).not.toContain('no such session'); // nobody knows that now
      } finally {
        await (how === 'killed' ? service.restart() : service.thaw());
      }
      const until = { timeout: 20_000, interval: 50 };
      await expect.poll(async () => (await anonymous.get('/readyz')).status, until).toBe(200);
      // Nobody was logged out: the record was there all the time.
      expect((await browser.get('/profile')).status).toBe(200);
      expect((await browser.get('/cart')).json.items).toEqual([]);
      expect((await anonymous.logIn()).status).toBe(200);
    }, 60_000);

    it('#31 nobody is told "logged out" unless the store said so', async () => {
      const service = serviceOf(test);
      const browser = new Browser(test.url);
      await browser.logIn();
      await (how === 'killed' ? service.kill() : service.freeze());
      try {
        for (const answer of [await browser.post('/logout'), await browser.submit('/logout')]) {
          expect(answer.status).toBe(503);
          expect(answer.setCookies).toEqual([]);
          expect(answer.headers['clear-site-data']).toBeUndefined();
        }
      } finally {
        await (how === 'killed' ? service.restart() : service.thaw());
      }
      const until = { timeout: 20_000, interval: 50 };
      await expect.poll(async () => (await browser.get('/readyz')).status, until).toBe(200);
    }, 60_000);
  });
}

function serviceOf({ backend }: UnderTest) {
  if (!backend.service) throw new Error('this example has no store that could be killed');
  return backend.service;
}
