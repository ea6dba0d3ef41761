// EXPIRY: a stolen cookie must not work for ever. A session ends when it was not used for a while
// (idle timeout), and at some time in any case (absolute timeout), which stops a thief who keeps it
// busy. The clock is the test's own: hours pass in a line.

import { expect, it } from 'vitest';
import { Browser, ManualClock, replay, rows, startExample, startPostgres } from './support.ts';

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

it('#27 its row leaves Postgres by itself, even if nobody asks for anything', async () => {
  const postgres = await startPostgres();
  const short = { ...env, SESSION_IDLE_SECONDS: '1', SESSION_PRUNE_SECONDS: '1' };
  const shop = await startExample({ env: { ...short, ...postgres.env } });
  await new Browser(shop.url).logIn();
  expect(await rows(postgres)).toBe(1);
  await expect.poll(() => rows(postgres), { timeout: 20_000 }).toBe(0);
});
