// What only two stores can get wrong: a copy that outlives its row. Real stores; where an order of
// events matters, one of them is made to wait.
import { openLine, startRedis } from '@session-lab/services';
import pg from 'pg';
import { createClient } from 'redis';
import { ManualClock, newSessionId, storeKey } from 'security-helpers';
import { PostgresStore } from 'security-helpers/postgres';
import { connectRedis, RedisCopies, SpareRedis } from 'security-helpers/redis';
import { bytesOf } from 'security-helpers/redis-client';
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
      copies: new RedisCopies(client, 'hot:'),
      redis: new SpareRedis(5000),
      hotMs: 60_000,
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
      expect(await client.get(name)).toMatch(/^\w{40}:lease:/);
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
    const copy = (await bytesOf(client).get(place)) ?? '';
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
        return super.remove(key);
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

  it('#71 a change whose old copy could not be removed is seen by who was told of it', async () => {
    const { redis, open } = await openStores();
    const line = await openLine(redis.url);
    const client = await connectRedis(line.url);
    onTestFinished(async () => {
      client.destroy();
      await line.close();
    });
    const parts = { copies: new RedisCopies(client, 'hot:'), redis: new SpareRedis(300) };
    const [store, other] = [open(parts), open()];
    const key = storeKey(newSessionId());
    await store.insert(key, 'empty cart', 60_000);
    expect(await store.read(key)).toBe('empty cart');
    line.hold();
    expect(await store.replace(key, 'empty cart', 'apple', 60_000)).toBe(true);
    expect(await other.read(key)).toBe('empty cart'); // it has no way to know
    line.mend({ lost: true });
    expect(await store.read(key)).toBe('apple');
    await expect.poll(() => client.ping().catch(() => ''), until).toBe('PONG');
    expect(await store.read(key)).toBe('apple');
    await expect.poll(() => other.read(key), until).toBe('apple');
  });

  it('of many requests at once one asks Postgres and makes the copy; then nobody asks it', async () => {
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
    const first = await Promise.all(Array.from({ length: 40 }, () => store.read(key)));
    expect(new Set(first)).toEqual(new Set(['record']));
    // One, when nothing else runs on this machine; those who have waited long enough ask as well.
    expect(asked).toBeGreaterThan(0);
    expect(asked).toBeLessThan(20);
    const before = asked;
    await Promise.all(Array.from({ length: 40 }, () => store.read(key)));
    expect(asked).toBe(before);
  });

  it('that Redis is away is found out once, and not by each request', async () => {
    const { redis, client, open } = await openStores();
    let asked = 0;
    class CountedCopies extends RedisCopies {
      override read(key: string) {
        asked += 1;
        return super.read(key);
      }
    }
    const copies = new CountedCopies(client, 'hot:');
    const store = open({ copies, redis: new SpareRedis(100) });
    const key = storeKey(newSessionId());
    await store.insert(key, 'record', 60_000);
    await store.read(key);
    asked = 0;
    await redis.freeze();
    for (let request = 1; request <= 50; request++) expect(await store.read(key)).toBe('record');
    // Three, and one more for each half second that this took.
    expect(asked).toBeLessThan(25);
    await redis.thaw();
    asked = 0;
    await expect.poll(() => store.read(key).then(() => asked), until).toBeGreaterThan(3);
  });

  it('#61 no copy is made of a row that is being ended just now', async () => {
    const { client, owner, schema, open } = await openStores();
    const store = open();
    const key = storeKey(newSessionId());
    await store.insert(key, 'record', 60_000, 'user-1');
    const ending = await owner.connect();
    await ending.query('BEGIN');
    await ending.query(`DELETE FROM ${schema}.session WHERE sid = $1`, [key]);
    expect(await store.read(key)).toBe('record'); // it has not ended yet
    await ending.query('COMMIT');
    ending.release();
    expect(await store.read(key)).toBeNull();
    for (const name of await client.keys('hot:*')) {
      expect(await client.get(name)).toMatch(/^\w{40}:lease:/);
    }
  });

  it('#61 a copy is not believed by a Redis that has been restarted, although it kept it', async () => {
    const { redis, client, owner, schema, open } = await openStores();
    const store = open();
    const key = storeKey(newSessionId());
    await store.insert(key, 'record', 60_000, 'user-1');
    await store.read(key);
    const [copy = ''] = await client.keys('hot:*');
    expect(await client.get(copy)).toMatch(/^\w{40}:record$/);

    await redis.kill();
    await redis.restart();
    await expect.poll(() => client.get(copy).catch(String), until).toMatch(/^\w{40}:record$/);
    // Ended elsewhere while this Redis was down, so that the copy could not be deleted.
    await owner.query(`DELETE FROM ${schema}.session WHERE sid = $1`, [key]);
    expect(await store.read(key)).toBeNull();
  });

  it('#61 a copy is not believed by another Redis that has got it as a replica does', async () => {
    const { client, owner, schema, open } = await openStores();
    const other = await startRedis();
    onTestFinished(() => other.close());
    const promoted = await connectRedis(other.url);
    onTestFinished(() => void promoted.destroy());
    const key = storeKey(newSessionId());
    await open().insert(key, 'record', 60_000, 'user-1');
    await open().read(key);
    await promoted.set(`hot:${key}`, (await client.get(`hot:${key}`)) ?? '');
    await owner.query(`DELETE FROM ${schema}.session WHERE sid = $1`, [key]);
    expect(await open().read(key)).toBe('record');
    expect(await open({ copies: new RedisCopies(promoted, 'hot:') }).read(key)).toBeNull();
  });

  it('#61 nor is one believed by a primary that has lost the replicas which it must have', async () => {
    const { redis, owner, schema, open } = await openStores();
    const key = storeKey(newSessionId());
    await open().insert(key, 'record', 60_000, 'user-1');
    await open().read(key);
    const admin = await createClient({ url: redis.url }).connect();
    onTestFinished(() => admin.destroy());
    await admin.configSet('min-replicas-to-write', '1');
    await owner.query(`DELETE FROM ${schema}.session WHERE sid = $1`, [key]);
    expect(await open().read(key)).toBeNull();
    await expect(open().remove(key)).rejects.toThrow('may still hold a copy');
  });

  it('what is no text in the place of a copy is none, and the next copy takes its place', async () => {
    const { client, open } = await openStores();
    const key = storeKey(newSessionId());
    await open().insert(key, 'record', 60_000);
    await client.lPush(`hot:${key}`, 'not a copy');
    expect(await open().read(key)).toBe('record');
    expect(await client.get(`hot:${key}`)).toMatch(/^\w{40}:record$/);
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
    const store = open({ hotMs: 2000, redis: new SpareRedis(200) });
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

  it('#61 a revocation that is tried again is not done before each copy is gone for sure', async () => {
    const { backend } = await openStores();
    const line = await openLine(backend.env['REDIS_URL'] ?? '');
    onTestFinished(() => line.close());
    const cutOff = { ...backend, env: { ...backend.env, REDIS_URL: line.url } };
    const settings = { env: { STORE_DEADLINE_MS: '1000' } };
    const [app, other] = [await launch(hybrid, cutOff, settings), await launch(hybrid, backend)];
    onTestFinished(async () => void (await Promise.all([app.close(), other.close()])));
    const [desk, phone] = [new Browser(app.url), new Browser(other.url)];
    await desk.logIn();
    await phone.logIn();
    const [{ session }, cookie] = [(await phone.get('/profile')).json, await phone.cookieHeader()];

    line.hold(); // this instance alone does not reach Redis, in which there is a copy
    for (const path of ['/sessions', '/sessions', `/sessions/${session?.handle}`]) {
      expect([path, (await desk.delete(path)).status]).toEqual([path, 503]);
    }
    expect((await replay(other.url, cookie)).status).toBe(200); // hence
    line.mend({ lost: true });
    const again = async () => (await desk.delete('/sessions')).status;
    await expect.poll(again, until).toBe(204);
    expect((await replay(other.url, cookie)).status).toBe(401);
  }, 60_000);

  it('#61 the old id of a renewed session does not live on in a copy', async () => {
    const { backend } = await openStores();
    const line = await openLine(backend.env['REDIS_URL'] ?? '');
    onTestFinished(() => line.close());
    const clock = new ManualClock();
    const cutOff = { ...backend, env: { ...backend.env, REDIS_URL: line.url } };
    const env = { STORE_DEADLINE_MS: '1000' };
    const app = await launch(hybrid, cutOff, { env, clock });
    const other = await launch(hybrid, backend, { clock });
    onTestFinished(async () => void (await Promise.all([app.close(), other.close()])));
    const ada = new Browser(app.url);
    await ada.logIn();
    for (const minutes of [25, 25, 10]) {
      const old = await ada.cookieHeader();
      clock.advance(minutes * 60_000 - 1);
      await replay(other.url, old); // pushes the expiry, which takes the copy away
      expect((await replay(other.url, old)).status).toBe(200); // and makes one
      clock.advance(1);
    }
    const old = await ada.cookieHeader();
    line.hold();
    expect((await ada.get('/profile')).setCookies.length).toBe(1); // its id was an hour old
    line.mend({ lost: true });
    await expect
      .poll(async () => (await ada.get('/readyz')).json['redis' as 'type'], until)
      .toBe('up');
    expect((await ada.post('/logout')).status).toBe(204);
    expect((await replay(other.url, old)).status).toBe(401);
  }, 60_000);
});
