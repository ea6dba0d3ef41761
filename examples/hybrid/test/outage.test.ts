// OUTAGE: one of the two stores is away, or both. Who can be served is served; nobody is let in
// unchecked; and nobody is told that they are logged out while that is not certain.

import { describe, expect, it } from 'vitest';
import { Browser, GRACE, type Stores, startProcess, startStores } from './support.ts';

const unavailable = [503, 'store_unavailable', []];

describe.each(['kill', 'freeze'] as const)('Redis away (%s)', (how) => {
  it('#58 #59 #60 nobody notices, but who logs out: 503, until no copy can be left', async () => {
    const stores = await startStores();
    const shop = await startProcess({ ...stores.env, HYBRID_HOT_SECONDS: '3' });
    const [ada, grace] = [new Browser(shop.url), new Browser(shop.url)];
    await ada.logIn();
    await ada.get('/profile');
    await grace.post('/cart', { item: 'apple' });

    await stores.redis[how]();
    expect((await ada.get('/profile')).status).toBe(200);
    expect((await ada.post('/cart', { item: 'pear' })).json.items).toEqual(['pear']);
    expect((await ada.get('/cart')).json.items).toEqual(['pear']);
    expect((await grace.logIn(GRACE)).status).toBe(200);
    expect((await grace.get('/cart')).json.items).toEqual(['apple']);
    expect((await ada.get('/readyz')).json).toMatchObject({ redis: 'down', postgres: 'up' });

    const { status, json, setCookies } = await ada.post('/logout');
    expect([status, json.code, setCookies]).toEqual(unavailable);
    // It has ended, as Postgres says. But an instance that reaches Redis may not ask Postgres.
    expect((await ada.get('/profile')).status).toBe(401);
    const again = async () => (await ada.post('/logout')).status;
    await expect.poll(again, { timeout: 20_000, interval: 250 }).toBe(204);
    expect(await ada.jar.getCookies(shop.url)).toEqual([]);

    await (how === 'kill' ? stores.redis.restart() : stores.redis.thaw());
    const ready = async () => (await grace.get('/readyz')).json;
    await expect.poll(ready, { timeout: 20_000 }).toMatchObject({ redis: 'up', postgres: 'up' });
    expect((await grace.get('/profile')).status).toBe(200);
    expect((await grace.post('/logout')).status).toBe(204);
  });
});

describe.each(['kill', 'freeze'] as const)('Postgres away (%s)', (how) => {
  it('#58 #59 #60 who was there just now goes on; whatever has to be kept is 503', async () => {
    const stores = await startStores();
    const shop = await startProcess({ ...stores.env, STORE_DEADLINE_MS: '1000' });
    const [ada, idle] = [new Browser(shop.url), new Browser(shop.url)];
    await ada.logIn();
    await ada.get('/profile');
    await idle.logIn(GRACE); // and no request since: there is no copy

    await stores.postgres[how]();
    expect((await ada.get('/profile')).json.user?.email).toBe('ada@example.com');
    expect((await ada.get('/readyz')).json).toMatchObject({ redis: 'up', postgres: 'down' });
    for (const answer of [
      await idle.get('/profile'),
      await ada.post('/cart', { item: 'apple' }),
      await ada.post('/logout'),
      await new Browser(shop.url).logIn(GRACE),
    ]) {
      expect([answer.status, answer.json.code, answer.setCookies]).toEqual(unavailable);
    }
    expect((await ada.get('/healthz')).status).toBe(200);

    await bringBack(stores.postgres, how);
    const ready = async () => (await ada.get('/readyz')).json;
    await expect.poll(ready, { timeout: 20_000 }).toMatchObject({ redis: 'up', postgres: 'up' });
    expect((await idle.get('/profile')).status).toBe(200);
    expect((await ada.post('/logout')).status).toBe(204);
  });
});

it('#58 both are away: 503, not "logged out"; back again, so is the session', async () => {
  const stores = await startStores();
  const shop = await startProcess(stores.env);
  const ada = new Browser(shop.url);
  await ada.logIn();

  await Promise.all([stores.postgres.kill(), stores.redis.kill()]);
  const { status, json, setCookies } = await ada.get('/profile');
  expect([status, json.code, setCookies]).toEqual(unavailable);
  const statusOf = async (path: string) => (await new Browser(shop.url).get(path)).status;
  expect(await statusOf('/healthz')).toBe(200);
  expect(await statusOf('/readyz')).toBe(503);
  expect(await statusOf('/')).toBe(200);

  await Promise.all([stores.postgres.restart(), stores.redis.restart()]);
  await expect.poll(() => statusOf('/readyz'), { timeout: 20_000 }).toBe(200);
  await expect.poll(async () => (await ada.get('/profile')).status, { timeout: 20_000 }).toBe(200);
});

function bringBack(service: Stores['postgres'], how: 'kill' | 'freeze') {
  return how === 'kill' ? service.restart() : service.thaw();
}
