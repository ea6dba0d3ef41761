// RESTART: real processes, really killed. Sessions live in Redis here: what outlives the process,
// what a second process knows as well, and what happens when it is Redis that restarts.

import { expect, it } from 'vitest';
import { Browser, beginLogin, replay, startProcess, startRedis } from './support.ts';

it('a restart of the app logs nobody out', async () => {
  const redis = await startRedis();
  const before = await startProcess({ REDIS_URL: redis.url });
  const ada = new Browser(before.url);
  await ada.logIn();
  expect((await ada.get('/profile')).status).toBe(200);
  const cookie = await ada.cookieHeader();

  await before.kill(); // SIGKILL: no warning, no clean-up
  const after = await startProcess({ REDIS_URL: redis.url });

  const { status, json } = await replay(after.url, cookie);
  expect([status, json.user?.email]).toEqual([200, 'ada@example.com']);
});

it('a restart of a Redis that writes nothing to disk logs everybody out: a clean 401', async () => {
  const redis = await startRedis({ persistence: 'none' });
  const shop = await startProcess({ REDIS_URL: redis.url });
  const ada = new Browser(shop.url);
  await ada.logIn();

  await redis.kill();
  await redis.restart();
  await expect.poll(async () => (await ada.get('/readyz')).status, { timeout: 20_000 }).toBe(200);

  const { status, json } = await ada.get('/profile');
  expect([status, json.code]).toEqual([401, 'login_required']);
  expect((await ada.logIn()).status).toBe(200);
});

it('a restart of Redis logs nobody out when it appends each write to a file (AOF)', async () => {
  const redis = await startRedis({ persistence: 'aof-always' });
  const shop = await startProcess({ REDIS_URL: redis.url });
  const ada = new Browser(shop.url);
  await ada.logIn();

  await redis.kill();
  await redis.restart();
  await expect.poll(async () => (await ada.get('/readyz')).status, { timeout: 20_000 }).toBe(200);

  const { status, json } = await ada.get('/profile');
  expect([status, json.user?.email]).toEqual([200, 'ada@example.com']);
});

it('#29 two instances share all sessions, and a logout on one counts on the other', async () => {
  const redis = await startRedis();
  const env = { REDIS_URL: redis.url };
  const instances = [await startProcess(env), await startProcess(env)];
  const ada = new Browser(instances[0]?.url ?? '');
  await ada.logIn();
  const cookie = await ada.cookieHeader();

  // A load balancer sends each request to the next instance, round and round.
  const roundRobin = async () => {
    const statuses: number[] = [];
    for (const { url } of [...instances, ...instances]) {
      statuses.push((await replay(url, cookie)).status);
    }
    return statuses;
  };
  expect(await roundRobin()).toEqual([200, 200, 200, 200]);

  expect((await ada.post('/logout')).status).toBe(204);
  expect(await roundRobin()).toEqual([401, 401, 401, 401]);
});

it('a login that is under way at a SIGTERM is answered, then the process ends with 0', async () => {
  const redis = await startRedis();
  const shop = await startProcess({ REDIS_URL: redis.url });
  const login = await beginLogin(shop.url);

  const exitCode = shop.stop();
  // It has heard: nobody new gets in.
  const knock = () => new Browser(shop.url).get('/healthz').catch(() => 'refused');
  await expect.poll(knock, { timeout: 20_000 }).toBe('refused');

  expect(await login.finish()).toBe(200);
  expect(await exitCode).toBe(0);
});
