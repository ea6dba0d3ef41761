// RESTART: real processes, really killed. Sessions live in the process here: what dies with it, and
// what a second process does not know.

import { expect, it } from 'vitest';
import { Browser, beginLogin, replay, startProcess } from './support.ts';

it('a restart logs everybody out: a clean 401, and a new login works', async () => {
  const before = await startProcess();
  const ada = new Browser(before.url);
  await ada.logIn();
  expect((await ada.get('/profile')).status).toBe(200);
  const cookie = await ada.cookieHeader();

  await before.kill(); // SIGKILL: no warning, no clean-up
  const after = await startProcess();

  const { status, json } = await replay(after.url, cookie);
  expect([status, json.code]).toEqual([401, 'login_required']);

  // The browser still sends its old cookie; it is no obstacle.
  const again = new Browser(after.url);
  await again.jar.setCookie(cookie, after.url);
  expect((await again.logIn()).status).toBe(200);
});

it('"random logouts": with two instances, every other request is logged out', async () => {
  const instances = [await startProcess(), await startProcess()];
  const ada = new Browser(instances[0]?.url ?? '');
  await ada.logIn();
  const cookie = await ada.cookieHeader();

  // A load balancer sends each request to the next instance, round and round.
  const statuses: number[] = [];
  for (const { url } of [...instances, ...instances]) {
    statuses.push((await replay(url, cookie)).status);
  }
  expect(statuses).toEqual([200, 401, 200, 401]);
});

it('a login that is under way at a SIGTERM is answered, then the process ends with 0', async () => {
  const shop = await startProcess();
  const login = await beginLogin(shop.url);

  const exitCode = shop.stop();
  // It has heard: nobody new gets in.
  const knock = () => new Browser(shop.url).get('/healthz').catch(() => 'refused');
  await expect.poll(knock, { timeout: 20_000 }).toBe('refused');

  expect(await login.finish()).toBe(200);
  expect(await exitCode).toBe(0);
});
