// What only two stores can get wrong: a copy that outlives its row. Real stores; where an order of
// events matters, one of them is made to wait.
import { startRedis } from '@session-lab/services';
import pg from 'pg';
import { createClient } from 'redis';
import { newSessionId, storeKey } from 'security-helpers';
import { PostgresStore } from 'security-helpers/postgres';
import { connectRedis, followRunId, RedisStore } from 'security-helpers/redis';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { HybridStore } from '../../../examples/hybrid/src/store.ts';
import { Browser, idIn, replay } from '../src/browser.ts';
import { type Backend, launch } from '../src/target.ts';
import { hybrid } from '../src/targets/hybrid.ts';
import { closePostgres, postgres } from '../src/targets/postgres.ts';

const until = { timeout: 20_000, interval: 100 };

/** Postgres with its tables and a Redis that writes to disk, both as the tests need them. */
async function openStores() {
  const [rows, redis] = await Promise.all([
    postgres.openBackend(),
    startRedis({ persistence: 'aof-always' }),
  ]);
  onTestFinished(() => redis.close());
  const pool = new pg.Pool({ connectionString: rows.env['DATABASE_URL'] });
  const owner = new pg.Pool({ connectionString: rows.env['MIGRATION_DATABASE_URL'] });
  const client = await connectRedis(redis.url);
  onTestFinished(async () => {
    client.destroy();
    await Promise.all([pool.end(), owner.end()]);
  });
  const schema = rows.env['SESSION_NAMESPACE'] ?? '';
  const backend: Backend = {
    ...rows,
    env: { ...rows.env, REDIS_URL: redis.url },
  };
  const open = (parts: Partial<ConstructorParameters<typeof HybridStore>[0]> = {}) =>
    new HybridStore({
      rows: new PostgresStore({ pool, schema }),
      copies: new RedisStore({ client, prefix: 'hot:' }),
      runId: followRunId(client),
      hotMs: 60_000,
      shareMs: 5000,
      ...parts,
    });
  return { backend, redis, client, pool, owner, schema, open };
}

/** Reads a row at once, and takes its time to tell: until it is told to go on. */
class SlowRows extends PostgresStore {
  readonly #gate = gate();
  readonly #read = gate();
  readonly goOn = this.#gate.open;
  readonly hasRead = this.#read.opened;

  override async find(key: string) {
    const row = await super.find(key);
    this.#read.open();
    await this.#gate.opened;
    return row;
  }
}

function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

describe('hybrid', () => {
  afterAll(closePostgres);

  it('#61 a row that ends while a request is reading it leaves no copy behind', async () => {
    const { pool, schema, client, open } = await openStores();
    const rows = new SlowRows({ pool, schema });
    const [slow, other] = [open({ rows }), open()];
    const key = storeKey(newSessionId());
    await other.insert(key, 'record', 60_000, 'user-1');

    const reading = slow.read(key);
    await rows.hasRead; // the row is alive, and the lease is taken …
    await other.remove(key); // … when the session ends, confirmed by both stores
    rows.goOn();
    expect(await reading).toBe('record'); // that request was earlier
    expect(await other.read(key)).toBeNull();
    // What is left is a lease that `other` has just taken, and no record.
    for (const name of await client.keys('hot:*')) {
      expect(await client.get(name)).toMatch(/^lease:/);
    }
  });

  it('#61 a copy from before a change is not put back by a request that read it then', async () => {
    const { pool, schema, open } = await openStores();
    const rows = new SlowRows({ pool, schema });
    const [slow, other] = [open({ rows }), open()];
    const key = storeKey(newSessionId());
    await other.insert(key, 'old', 60_000);
    const reading = slow.read(key);
    await rows.hasRead;
    expect(await other.replace(key, 'old', 'new', 60_000)).toBe(true);
    rows.goOn();
    await reading;
    expect(await other.read(key)).toBe('new');
  });

  it('#71 a change that begins with a copy from before another one loses nothing', async () => {
    const { backend, client } = await openStores();
    const app = await launch(hybrid, backend);
    onTestFinished(() => app.close());
    const browser = new Browser(app.url);
    await browser.post('/cart', { item: 'apple' });
    await browser.get('/cart'); // makes the copy
    const [place = ''] = await client.keys('*:hot:*');
    const copy = (await client.get(place)) ?? '';
    await browser.post('/cart', { item: 'pear' });
    await client.set(place, copy); // as if nobody had been able to delete it
    expect((await browser.get('/cart')).json.items).toEqual(['apple']);
    expect((await browser.post('/cart', { item: 'plum' })).status).toBe(200);
    expect((await browser.get('/cart')).json.items).toEqual(['apple', 'pear', 'plum']);
  });

  it('#61 the row is changed first and the copy deleted after, never the other way round', async () => {
    const { pool, schema, open } = await openStores();
    /** A request comes in just before each change, and makes a copy of what there is then. */
    class WatchedRows extends PostgresStore {
      override async remove(key: string) {
        await store.read(key);
        await super.remove(key);
      }
      override async replace(...args: Parameters<PostgresStore['replace']>) {
        await store.read(args[0]);
        return super.replace(...args);
      }
    }
    const store = open({ rows: new WatchedRows({ pool, schema }) });
    const key = storeKey(newSessionId());
    await store.insert(key, 'first', 60_000, 'user-1');
    expect(await store.replace(key, 'first', 'second', 60_000)).toBe(true);
    expect(await store.read(key)).toBe('second');
    await store.remove(key);
    expect(await store.read(key)).toBeNull();
  });

  it('of many requests at once one makes the copy; from then on Postgres is not asked', async () => {
    const { pool, schema, open } = await openStores();
    let asked = 0;
    class CountedRows extends PostgresStore {
      override find(key: string) {
        asked += 1;
        return super.find(key);
      }
    }
    const store = open({ rows: new CountedRows({ pool, schema }) });
    const key = storeKey(newSessionId());
    await store.insert(key, 'record', 60_000);
    await Promise.all(Array.from({ length: 20 }, () => store.read(key)));
    const before = asked;
    expect(before).toBeGreaterThan(0);
    const reads = await Promise.all(Array.from({ length: 20 }, () => store.read(key)));
    expect(new Set(reads)).toEqual(new Set(['record']));
    expect(asked).toBe(before);
  });

  it('#61 a copy is not believed by a Redis that has been restarted, although it kept it', async () => {
    const { redis, client, owner, schema, open } = await openStores();
    const store = open();
    const key = storeKey(newSessionId());
    await store.insert(key, 'record', 60_000, 'user-1');
    await store.read(key);
    const [copy = ''] = await client.keys('hot:*');
    expect(await client.get(copy)).toBe('record');

    await redis.kill();
    await redis.restart();
    await expect.poll(() => client.get(copy).catch(() => 'offline'), until).toBe('record');
    // Ended elsewhere while this Redis was down, so that the copy could not be deleted.
    await owner.query(`DELETE FROM ${schema}.session WHERE sid = $1`, [key]);
    expect(await store.read(key)).toBeNull();
    expect(await client.get(copy)).toBe('record');
  });

  it('#61 a row that ends in the database alone is served for the hot time, and no longer', async () => {
    const { backend, owner, schema } = await openStores();
    const app = await launch(hybrid, backend, { env: { HYBRID_HOT_SECONDS: '1' } });
    onTestFinished(() => app.close());
    const ada = new Browser(app.url);
    await ada.logIn();
    await ada.get('/profile');
    const cookie = await ada.cookieHeader();
    const key = storeKey(idIn(cookie));
    await owner.query(`DELETE FROM ${schema}.session WHERE sid = $1`, [key]);
    const status = async () => (await replay(app.url, cookie)).status;
    await expect.poll(status, until).toBe(401);
    // However often it is asked for, a copy is not prolonged.
    expect(await status()).toBe(401);
  });

  it('#61 no copy is put in place later than the hot time after the end of its row', async () => {
    const { redis, client, open } = await openStores();
    const store = open({ hotMs: 2000, shareMs: 200 });
    const key = storeKey(newSessionId());
    await store.insert(key, 'record', 60_000, 'user-1');
    await store.read(key);
    const [copy = ''] = await client.keys('hot:*');
    // One second for the lease, one for the copy: the sum is what a logout has to wait.
    expect(await client.pTTL(copy)).toBeLessThanOrEqual(1000);

    await redis.freeze();
    await expect(store.remove(key)).rejects.toThrow('may still hold a copy');
    await expect.poll(() => store.remove(key).then(() => 'ended', String), until).toBe('ended');
    await redis.thaw();
    const admin = createClient({ url: redis.url });
    await admin.connect();
    onTestFinished(() => void admin.destroy());
    expect(await admin.keys('hot:*')).toEqual([]);
    expect(await store.read(key)).toBeNull();
  }, 60_000);
});
