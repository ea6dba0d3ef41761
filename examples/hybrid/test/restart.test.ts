// RESTART: real processes, really killed. Sessions live in Postgres here, and Redis holds copies of
// those in use: what outlives the app or either store, and what a second instance knows.

import { expect, it } from 'vitest';
import { Browser, beginLogin, redisKeys, replay, startProcess, startStores } from './support.ts';

it('a restart of the app logs nobody out', async () => {
  const stores = await startStores();
  const before = await startProcess(stores.env);
  const ada = new Browser(before.url);
  await ada.logIn();
  expect((await ada.get('/profile')).status).toBe(200);
  const cookie = await ada.cookieHeader();

  await before.kill(); // SIGKILL: no warning, no clean-up
  const after = await startProcess(stores.env);

  const { status, json } = await replay(after.url, cookie);
  expect([status, json.user?.email]).toEqual([200, 'ada@example.com']);
});

it('a restart of Postgres logs nobody out: what was committed is on the disk', async () => {
  const { postgres, env } = await startStores();
  const shop = await startProcess(env);
  const ada = new Browser(shop.url);
  await ada.logIn();

  await postgres.kill(); // SIGKILL, every process of it
  await postgres.restart();
  await expect.poll(async () => (await ada.get('/cart')).status, { timeout: 20_000 }).toBe(200);
  expect((await ada.get('/profile')).json.user?.email).toBe('ada@example.com');
  const added = () => ada.post('/cart', { item: 'apple' });
  await expect.poll(async () => (await added()).status, { timeout: 20_000 }).toBe(200);
});

it('a Redis that comes back empty logs nobody out: Postgres has it all', async () => {
  const stores = await startStores();
  const shop = await startProcess(stores.env);
  const ada = new Browser(shop.url);
  await ada.logIn();
  await ada.post('/cart', { item: 'apple' });
  await ada.get('/profile');
  expect(await redisKeys(stores)).toHaveLength(1);

  await stores.redis.kill();
  await stores.redis.restart({ empty: true });
  const { status, json } = await ada.get('/profile');
  expect([status, json.user?.email]).toEqual([200, 'ada@example.com']);
  expect((await ada.get('/cart')).json.items).toEqual(['apple']);
  // As soon as the app has found it again, copies are made as before.
  const copies = async () => {
    await ada.get('/profile');
    return (await redisKeys(stores)).length;
  };
  await expect.poll(copies, { timeout: 20_000 }).toBe(1);
});

it('without any Redis at the start it serves, and uses one that comes later', async () => {
  const stores = await startStores();
  await stores.redis.kill();
  const shop = await startProcess(stores.env);
  const ada = new Browser(shop.url);
  expect((await ada.logIn()).status).toBe(200);
  expect((await ada.get('/profile')).status).toBe(200);
  expect(shop.output()).toContain('Going on without it');

  await stores.redis.restart();
  const ready = async () => (await ada.get('/readyz')).json;
  await expect.poll(ready, { timeout: 20_000 }).toMatchObject({ redis: 'up', postgres: 'up' });
  await ada.get('/profile');
  expect(await redisKeys(stores)).toHaveLength(1);
});

it('#29 #61 two instances share all sessions; a logout on one counts on the other', async () => {
  const { env } = await startStores();
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
  const { env } = await startStores();
  const shop = await startProcess(env);
  const login = await beginLogin(shop.url);

  const exitCode = shop.stop();
  // It has heard: nobody new gets in.
  const knock = () => new Browser(shop.url).get('/healthz').catch(() => 'refused');
  await expect.poll(knock, { timeout: 20_000 }).toBe('refused');

  expect(await login.finish()).toBe(200);
  expect(await exitCode).toBe(0);
});
