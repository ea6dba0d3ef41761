// EXPIRY: a stolen cookie must not work for ever. A session ends when it was not used for a while
// (idle timeout), and at some time in any case (absolute timeout), which stops a thief who keeps it
// busy. The clock is the test's own: hours pass in a line.

import { expect, it } from 'vitest';
import {
  Browser,
  ManualClock,
  query,
  redisKeys,
  replay,
  startExample,
  startStores,
} from './support.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const env = { SESSION_IDLE_SECONDS: '1800', SESSION_ABSOLUTE_SECONDS: '43200' };

it('#24 a session that nobody uses for half an hour ends', async () => {
  const clock = new ManualClock();
  const shop = await startExample({ env, clock });
  const ada = new Browser(shop.url);
  await ada.logIn();
  const cookie = await ada.cookieHeader();

  clock.advance(30 * MINUTE - 1);
  expect((await replay(shop.url, cookie)).status).toBe(200);

  // A tenth of the idle time later at most: what it costs not to write on each request.
  clock.advance(33 * MINUTE);
  expect((await replay(shop.url, cookie)).status).toBe(401);
  expect((await ada.logIn()).status).toBe(200);
});

it('#24 a session in use goes on: each visit starts the half hour anew', async () => {
  const clock = new ManualClock();
  const shop = await startExample({ env, clock });
  const ada = new Browser(shop.url);
  await ada.logIn();
  for (let visit = 1; visit <= 10; visit++) {
    clock.advance(30 * MINUTE - 1);
    expect((await ada.get('/profile')).status).toBe(200);
  }
});

it('#25 twelve hours after the login a session ends, however busy it is', async () => {
  const clock = new ManualClock();
  const shop = await startExample({ env, clock });
  const ada = new Browser(shop.url);
  await ada.logIn();
  const end = clock.now() + 12 * HOUR;

  while (clock.now() < end - 20 * MINUTE) {
    clock.advance(20 * MINUTE);
    expect((await ada.get('/profile')).status).toBe(200);
  }
  clock.advance(end - 1 - clock.now());
  expect((await ada.get('/profile')).status).toBe(200);
  clock.advance(1);
  expect((await ada.get('/profile')).status).toBe(401);
});

it('#27 row and copy leave by themselves; the history keeps that there was a session', async () => {
  const stores = await startStores();
  const short = { ...env, SESSION_IDLE_SECONDS: '1', SESSION_PRUNE_SECONDS: '1' };
  const shop = await startExample({ env: { ...short, ...stores.env } });
  const ada = new Browser(shop.url);
  await ada.logIn();
  expect((await ada.get('/profile')).status).toBe(200);
  for (const { ttlMs } of await redisKeys(stores)) {
    expect(ttlMs).toBeGreaterThan(0); // -1 would be for ever
    expect(ttlMs).toBeLessThanOrEqual(2000); // what is left of the session, not of the minute
  }

  const rows = () => query(stores, 'SELECT sid FROM hybrid.session');
  await expect.poll(rows, { timeout: 20_000 }).toEqual([]);
  await expect.poll(() => redisKeys(stores), { timeout: 20_000 }).toEqual([]);
  const history = await query(stores, 'SELECT user_id, reason FROM hybrid.session_history');
  expect(history).toEqual([{ user_id: 'user-1', reason: 'expired' }]);
});

it('an idle session has left Redis after the hot time, and works all the same', async () => {
  const stores = await startStores();
  const shop = await startExample({ env: { ...stores.env, HYBRID_HOT_SECONDS: '1' } });
  const ada = new Browser(shop.url);
  await ada.logIn();
  await ada.get('/profile');
  expect(await redisKeys(stores)).toHaveLength(1);
  await expect.poll(() => redisKeys(stores), { timeout: 20_000 }).toEqual([]);

  expect((await ada.get('/profile')).status).toBe(200);
  expect(await redisKeys(stores)).toHaveLength(1);
});
