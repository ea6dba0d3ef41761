// PROMISES: what the two stores together have to hold, whatever befalls one of them. A test for
// each on real processes; `npm run chaos` tries to break them all, at random.

import { expect, it } from 'vitest';
import {
  Browser,
  idIn,
  query,
  replay,
  runScript,
  type Stores,
  startProcess,
  startStores,
} from './support.ts';

const soon = { timeout: 20_000, interval: 100 };
const down = { timeout: 20_000 };

/** Waits until an instance reaches both stores again. */
async function untilWell(url: string): Promise<void> {
  const ready = async () => (await new Browser(url).get('/readyz')).json;
  await expect.poll(ready, soon).toMatchObject({ postgres: 'up', redis: 'up' });
}

it('durable login: who was let in stays in, whenever Redis loses everything', async () => {
  const stores = await startStores();
  const shop = await startProcess(stores.env);
  const ada = new Browser(shop.url);
  expect((await ada.logIn()).status).toBe(200);
  for (const moment of ['after the login', 'after a read', 'after a write']) {
    if (moment === 'after a read') await ada.get('/profile');
    if (moment === 'after a write') await ada.post('/cart', { item: 'apple' });
    await stores.redis.kill();
    await stores.redis.restart({ empty: true });
    expect([moment, (await ada.get('/profile')).status]).toEqual([moment, 200]);
  }
  await stores.postgres.kill();
  await stores.postgres.restart();
  await expect.poll(async () => (await ada.post('/cart', { item: 'pear' })).status, soon).toBe(200);
  expect((await ada.get('/cart')).json.items).toEqual(['apple', 'pear']);
});

it('final logout: a Redis that is put back to before it does not know better', async () => {
  const stores = await startStores('aof-always');
  const [shop, other] = [await startProcess(stores.env), await startProcess(stores.env)];
  const ada = new Browser(shop.url);
  await ada.logIn();
  const cookie = await ada.cookieHeader();
  expect((await replay(other.url, cookie)).status).toBe(200); // there is a copy …
  await stores.redis.kill();
  const backup = await stores.redis.backup(); // … and it is in the backup, too
  await stores.redis.restart();
  await Promise.all([untilWell(shop.url), untilWell(other.url)]);
  expect((await replay(other.url, cookie)).status).toBe(200);
  expect((await ada.post('/logout')).status).toBe(204);

  const everywhere = async () => {
    const answers = [shop, other].map(({ url }) => replay(url, cookie));
    return (await Promise.all(answers)).map(({ status }) => status);
  };
  expect(await everywhere()).toEqual([401, 401]);
  await stores.redis.kill();
  await stores.redis.restore(backup);
  await stores.redis.restart();
  await Promise.all([untilWell(shop.url), untilWell(other.url)]);
  expect(await everywhere()).toEqual([401, 401]);
  await stores.postgres.kill();
  await stores.postgres.restart();
  await Promise.all([untilWell(shop.url), untilWell(other.url)]);
  expect(await everywhere()).toEqual([401, 401]);
});

it('available reads: by Postgres without Redis; by Redis, for a while, without it', async () => {
  const stores = await startStores();
  const shop = await startProcess({ ...stores.env, HYBRID_HOT_SECONDS: '3' });
  const ada = new Browser(shop.url);
  await ada.logIn();
  const status = async () => (await ada.get('/profile')).status;

  await stores.redis.kill();
  expect([await status(), await status()]).toEqual([200, 200]);
  await stores.redis.restart();
  await untilWell(shop.url);
  expect(await status()).toBe(200);
  await stores.postgres.kill();
  expect(await status()).toBe(200);
  expect((await ada.post('/cart', { item: 'apple' })).status).toBe(503); // it could not be kept
  await expect.poll(status, down).toBe(503); // nobody can say any more whether it still lives
  await stores.postgres.restart();
  await expect.poll(status, soon).toBe(200);
});

it('complete audit: each beginning and each end is one row, which no prune removes', async () => {
  const stores = await startStores();
  const short = { SESSION_IDLE_SECONDS: '1', SESSION_PRUNE_SECONDS: '1' };
  const shop = await startProcess({ ...stores.env, SESSION_PRUNE_SECONDS: '1' });
  const hasty = await startProcess({ ...stores.env, ...short });
  const [ada, idle] = [new Browser(shop.url), new Browser(hasty.url)];
  await ada.logIn();
  const first = idIn(await ada.cookieHeader());
  await ada.post('/reauthenticate', { password: 'lovelace-1815' }); // one id ends, one begins
  expect(idIn(await ada.cookieHeader())).not.toBe(first);
  await Promise.all([ada.post('/logout'), ada.post('/logout')]);
  await idle.logIn(); // and never comes back

  const events = async () =>
    (await query(stores, 'SELECT event, user_id FROM hybrid.session_audit ORDER BY id')).map(
      ({ event, user_id }) => `${user_id} ${event}`,
    );
  const expected = ['created', 'ended', 'created', 'ended', 'created', 'expired'];
  await expect.poll(events, soon).toEqual(expected.map((event) => `user-1 ${event}`));
  const over = await query(stores, 'SELECT reason FROM hybrid.session_history ORDER BY ended_at');
  expect(over.map(({ reason }) => reason)).toEqual(['ended', 'ended', 'expired']);
  expect(await query(stores, 'SELECT FROM hybrid.session')).toEqual([]);
});

it('a Postgres that was restored brings back what has ended: one command ends all', async () => {
  const stores = await startStores();
  const env = { ...stores.env, HYBRID_HOT_SECONDS: '1' };
  const ended = await backupThenLogout(stores, env);

  const shop = await startProcess(env);
  expect((await replay(shop.url, ended)).status).toBe(200); // hence
  const ada = new Browser(shop.url);
  await ada.logIn();
  expect(await runScript('src/end-sessions.ts', env)).toMatch(
    /^2 ended\.[\s\S]*No session is left\.\n$/,
  );
  expect((await replay(shop.url, ended)).status).toBe(401);
  expect((await ada.get('/profile')).status).toBe(401);
  expect((await ada.logIn()).status).toBe(200);
});

/** @returns a cookie whose session was ended after the backup that Postgres is put back to. */
async function backupThenLogout({ postgres }: Stores, env: Record<string, string>) {
  const shop = await startProcess(env);
  const ada = new Browser(shop.url);
  await ada.logIn();
  const cookie = await ada.cookieHeader();
  await postgres.stop();
  const backup = await postgres.backup();
  await postgres.restart();
  await untilWell(shop.url);
  expect((await ada.post('/logout')).status).toBe(204);
  expect((await replay(shop.url, cookie)).status).toBe(401);
  await shop.stop();
  await postgres.stop();
  await postgres.restore(backup);
  await postgres.restart();
  return cookie;
}
