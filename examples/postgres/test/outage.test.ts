// OUTAGE: the app runs, its store does not. Nobody may be let in unchecked, nobody may be told that
// they are logged out when nobody knows, no request may hang, and the app must come back by itself.

import { expect, it } from 'vitest';
import { Browser, GRACE, startPostgres, startProcess } from './support.ts';

it('#58 #60 Postgres is killed: 503, not "logged out"; back again, so is the session', async () => {
  const postgres = await startPostgres();
  const shop = await startProcess(postgres.env);
  const ada = new Browser(shop.url);
  await ada.logIn();

  await postgres.service.kill();
  for (const answer of [
    await ada.get('/profile'),
    await ada.post('/logout'),
    await new Browser(shop.url).logIn(GRACE),
    await new Browser(shop.url).post('/cart', { item: 'apple' }),
  ]) {
    expect([answer.status, answer.json.code]).toEqual([503, 'store_unavailable']);
    expect(answer.setCookies).toEqual([]); // neither a new session nor a cleared cookie
  }

  // The process is alive, says that it cannot serve, and shows its page to who has no session.
  const visitor = new Browser(shop.url);
  const statusOf = async (path: string) => (await visitor.get(path)).status;
  expect(await statusOf('/healthz')).toBe(200);
  expect(await statusOf('/readyz')).toBe(503);
  expect(await statusOf('/')).toBe(200);

  await postgres.service.restart();
  await expect.poll(() => statusOf('/readyz'), { timeout: 20_000 }).toBe(200);
  expect((await ada.get('/profile')).status).toBe(200);
});

it('#58 #59 #60 Postgres is frozen: 503 in time; thawed, the session is there', async () => {
  const postgres = await startPostgres();
  const shop = await startProcess({ ...postgres.env, STORE_DEADLINE_MS: '800' });
  const ada = new Browser(shop.url);
  await ada.logIn();

  // SIGSTOP: connections stay open, but nothing comes back, and no error either.
  await postgres.service.freeze();
  const { status, json, setCookies } = await ada.get('/profile');
  expect([status, json.code, setCookies]).toEqual([503, 'store_unavailable', []]);
  // It was our own deadline that ended the wait, not one that the client may have.
  await expect.poll(() => shop.output()).toContain('no answer within 800 ms');
  expect((await ada.get('/healthz')).status).toBe(200);

  await postgres.service.thaw();
  await expect.poll(async () => (await ada.get('/readyz')).status, { timeout: 20_000 }).toBe(200);
  expect((await ada.get('/profile')).status).toBe(200);
});
