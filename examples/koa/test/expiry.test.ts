// EXPIRY: a stolen cookie must not work for ever. A session ends when it was not used for a while
// (idle timeout), and at some time in any case (absolute timeout), which stops a thief who keeps it
// busy. The clock is the test's own: hours pass in a line.

import { expect, it } from 'vitest';
import {
  Browser,
  ManualClock,
  passTimeInRedis,
  replay,
  sessionKeys,
  startExample,
  startRedis,
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

it('#27 its key in Redis has a time to live, pushed by a visit; then it is gone', async () => {
  const redis = await startRedis();
  const clock = new ManualClock();
  const shop = await startExample({ env: { ...env, REDIS_URL: redis.url }, clock });
  const timeToLive = async () => (await sessionKeys(redis.url))[0]?.ttlMs;
  const ada = new Browser(shop.url);
  await ada.logIn();
  expect(await timeToLive()).toBeLessThanOrEqual(33 * MINUTE);

  clock.advance(20 * MINUTE);
  await passTimeInRedis(redis.url, 20 * MINUTE);
  expect(await timeToLive()).toBeLessThanOrEqual(13 * MINUTE);

  await ada.get('/profile');
  expect(await timeToLive()).toBeGreaterThan(30 * MINUTE);

  await passTimeInRedis(redis.url, 33 * MINUTE);
  expect(await sessionKeys(redis.url)).toEqual([]);
});

it('#27 no key in Redis lives longer than what is left of its session', async () => {
  const redis = await startRedis();
  const clock = new ManualClock();
  const shop = await startExample({ env: { ...env, REDIS_URL: redis.url }, clock });
  const ada = new Browser(shop.url);
  await ada.logIn();
  const end = clock.now() + 12 * HOUR;

  while (clock.now() < end - 20 * MINUTE) {
    clock.advance(20 * MINUTE);
    await ada.get('/profile');
    const keys = await sessionKeys(redis.url);
    expect(keys.length).toBeGreaterThan(0);
    for (const { ttlMs } of keys) {
      expect(ttlMs).toBeGreaterThan(0); // -1 would be for ever
      expect(ttlMs).toBeLessThanOrEqual(end - clock.now());
    }
  }

  // A visit in the last tenth of a second pushes nothing beyond it: the key goes by itself.
  clock.advance(end - 100 - clock.now());
  await ada.get('/profile');
  await expect.poll(() => sessionKeys(redis.url), { timeout: 20_000 }).toEqual([]);
});
