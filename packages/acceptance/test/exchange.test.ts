// Records belong to no store: with the same secret and namespace, each of these reads what another
// has written, so that sessions can move house.
import { readConfig, storeKey } from 'security-helpers';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { Browser, idIn, replay } from '../src/browser.ts';
import { launch, SECRET, type Target } from '../src/target.ts';
import { hybrid } from '../src/targets/hybrid.ts';
import { closePostgres, postgres } from '../src/targets/postgres.ts';
import { redis } from '../src/targets/redis.ts';

afterAll(closePostgres);

const targets = [postgres, hybrid, redis];
const pairs = targets.flatMap((from) =>
  targets.filter((to) => to !== from).map((to) => [from, to] as const),
);

describe.each(pairs)('with the secret and the namespace of another store', (from, to) => {
  it(`a session of ${from.name} is one of ${to.name}`, async () => {
    const backend = await hybrid.openBackend(); // both stores, for each to take what it needs
    onTestFinished(() => backend.close());
    const [here, there] = [await launch(from, backend), await launch(to, backend)];
    onTestFinished(async () => void (await Promise.all([here.close(), there.close()])));
    const browser = new Browser(here.url);
    await browser.post('/cart', { item: 'apple' });
    await browser.logIn();
    const { session } = (await browser.get('/profile')).json;
    const cookie = await browser.cookieHeader();

    const open = async ({ name, openStore }: Target) => {
      const env = { ...backend.env, SESSION_SECRET: SECRET };
      const opened = await openStore(env, readConfig(env, { name, port: 0 }), { now: Date.now });
      onTestFinished(() => opened.close());
      return opened.store;
    };
    const key = storeKey(idIn(cookie));
    const record = await (await open(from)).read(key);
    const target = await open(to);
    // postgres and hybrid share their tables; between them and Redis the record is carried over.
    if ((await target.read(key)) === null) {
      expect(await target.insert(key, record ?? '', 60_000, 'user-1')).toBe(true);
    }
    expect(await target.read(key)).toBe(record);

    const profile = await replay(there.url, cookie);
    expect([profile.status, profile.json.session?.handle]).toEqual([200, session?.handle]);
    expect((await replay(there.url, cookie, '/cart')).json.items).toEqual(['apple']);
  });
});
