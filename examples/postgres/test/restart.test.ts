// RESTART: real processes, really killed. Sessions live in Postgres here: what outlives a process,
// what a second process knows as well, and what happens when it is Postgres that restarts.

import { expect, it } from 'vitest';
import { Browser, beginLogin, replay, startPostgres, startProcess } from './support.ts';

it('a restart of the app logs nobody out', async () => {
  const postgres = await startPostgres();
  const before = await startProcess(postgres.env);
  const ada = new Browser(before.url);
  await ada.logIn();
  expect((await ada.get('/profile')).status).toBe(200);
  const cookie = await ada.cookieHeader();

  await before.kill(); // SIGKILL: no warning, no clean-up
  const after = await startProcess(postgres.env);

  const { status, json } = await replay(after.url, cookie);
  expect([status, json.user?.email]).toEqual([200, 'ada@example.com']);
});

it('a restart of Postgres logs nobody out: what was committed is on the disk', async () => {
  const postgres = await startPostgres();
  const shop = await startProcess(postgres.env);
  const ada = new Browser(shop.url);
  await ada.logIn();

  await postgres.service.kill(); // SIGKILL, every process of it
  await postgres.service.restart();
  await expect.poll(async () => (await ada.get('/readyz')).status, { timeout: 20_000 }).toBe(200);

  const { status, json } = await ada.get('/profile');
  expect([status, json.user?.email]).toEqual([200, 'ada@example.com']);
});

it('#29 two instances share all sessions, and a logout on one counts on the other', async () => {
  const postgres = await startPostgres();
  const instances = [await startProcess(postgres.env), await startProcess(postgres.env)];
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
  const postgres = await startPostgres();
  const shop = await startProcess(postgres.env);
  const login = await beginLogin(shop.url);

  const exitCode = shop.stop();
  // It has heard: nobody new gets in.
  const knock = () => new Browser(shop.url).get('/healthz').catch(() => 'refused');
  await expect.poll(knock, { timeout: 20_000 }).toBe('refused');

  expect(await login.finish()).toBe(200);
  expect(await exitCode).toBe(0);
});
