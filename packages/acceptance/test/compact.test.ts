// How large a session is in the stores, against the libraries as they come, with the same in it; and
// what became of the records of a release that wrote them as text.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { startPostgres, startRedis } from '@session-lab/services';
import connectPgSimple from 'connect-pg-simple';
import { RedisStore } from 'connect-redis';
import session, { type SessionData } from 'express-session';
import pg from 'pg';
import { createClient } from 'redis';
import {
  HardenedStore,
  ManualClock,
  newFields,
  newSessionId,
  readConfig,
  recordSchema,
} from 'security-helpers';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { recordsIn } from '../src/attack/records.ts';
import { SECRET, type Target } from '../src/target.ts';
import { hybrid } from '../src/targets/hybrid.ts';
import { koa } from '../src/targets/koa.ts';
import { closePostgres, postgres } from '../src/targets/postgres.ts';
import { redis } from '../src/targets/redis.ts';

const SESSIONS = 1000;
const AT_ONCE = 10;

afterAll(closePostgres);

/** What an application keeps: with the cookie that express-session adds, 688 bytes of JSON. */
const cart = () =>
  Array.from({ length: 16 }, () => randomBytes(12).toString('hex')).concat('x'.repeat(125));

function stockRecord(originalMaxAge = 1_800_000): SessionData {
  const expires = new Date(Date.now() + originalMaxAge);
  const cookie = { originalMaxAge, expires, httpOnly: true, path: '/' };
  return { cookie, userId: 'user-1', cart: cart() } as SessionData;
}

/** The store of an example, with all guards, and what is in it past them. */
async function open(target: Target) {
  const backend = await target.openBackend();
  onTestFinished(() => backend.close());
  const env: Record<string, string> = {
    STORE_DEADLINE_MS: '10000',
    ...backend.env,
    SESSION_SECRET: SECRET,
  };
  const config = readConfig(env, { name: target.name, port: 0 });
  const clock = new ManualClock();
  const opened = await target.openStore(env, config, clock);
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= opened.close()); // some tests do it themselves
  onTestFinished(close);
  const hardened = new HardenedStore({
    store: opened.store,
    clock,
    audit: () => undefined,
    keys: config.keys.seal,
    lifetime: config.lifetime,
    limitPerUser: 10_000,
    budgetMs: 10_000,
    schema: recordSchema({ cart: z.array(z.string()).optional() }),
  });
  /** What a login writes. */
  const fields = (userId: string) => ({
    ...newFields(clock.now()),
    authenticatedAt: clock.now(),
    freshUntil: clock.now() + config.lifetime.freshMs,
    userId,
    authority: 'admin member',
    client: 'Firefox on Linux, 127.0.0.0/24',
    cart: cart(),
  });
  const records = recordsIn(backend.env, config.namespace);
  return { ...opened, close, env, config, clock, hardened, fields, records };
}

/** A few at a time, in any order but that of their making. */
async function forEachOf<T>(all: readonly T[], work: (one: T) => Promise<unknown>): Promise<void> {
  const left = [...all].sort(() => Math.random() - 0.5);
  const worker = async () => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) await work(next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

it('the record that is compared with is 688 bytes of JSON', () => {
  expect(JSON.stringify(stockRecord()).length).toBe(688);
});

describe.each([redis, koa])('$name', (target) => {
  it('keeps a session in 1.25 × the bytes of connect-redis', async () => {
    const service = await startRedis();
    onTestFinished(() => service.close());
    const plain = await createClient({ url: service.url }).connect();
    onTestFinished(() => plain.destroy());
    const stock = new RedisStore({ client: plain });
    const id = randomBytes(24).toString('base64url');
    await stock.set(id, stockRecord());
    const theirs = Number(await plain.memoryUsage(`sess:${id}`));

    const { hardened, fields, env, config } = await open(target);
    const { key } = await hardened.insert(newSessionId(), fields('user-1'));
    const client = await createClient({ url: env['REDIS_URL'] ?? '' }).connect();
    onTestFinished(() => client.destroy());
    const ours = Number(await client.memoryUsage(`${config.namespace}:session:${key}`));
    expect(theirs).toBeGreaterThan(688);
    expect(ours / theirs).toBeLessThanOrEqual(1.25);
  });
});

interface TableUse {
  /** Of the table and all of its indexes, for one session. */
  bytes: number;
  /** Of all updates of a row, the share that no index heard of. */
  hot: number;
}

/** @param updates so many there were. A connection may report its own only when it is closed. */
async function useOf(url: string, table: string, updates: number): Promise<TableUse> {
  const owner = new pg.Pool({ connectionString: url, max: 1 });
  const ask = async () => {
    const { rows } = await owner.query<{ updated: number; hot: number; bytes: number }>(
      `SELECT n_tup_upd::int AS updated, n_tup_hot_upd::int AS hot,
         (pg_relation_size(relid) + pg_indexes_size(relid))::int AS bytes
       FROM pg_stat_user_tables WHERE relid = $1::regclass`,
      [table],
    );
    return rows[0] ?? { updated: 0, hot: 0, bytes: 0 };
  };
  await expect.poll(async () => (await ask()).updated, { timeout: 30_000 }).toBe(updates);
  const { hot, bytes } = await ask();
  await owner.end();
  return { hot: hot / updates, bytes: bytes / SESSIONS };
}

it('postgres keeps a session in 1.4 × the bytes of connect-pg-simple, and pushes touch no index', async () => {
  const service = await startPostgres();
  onTestFinished(() => service.close());
  const pool = new pg.Pool({ connectionString: service.url });
  const table = createRequire(import.meta.url).resolve('connect-pg-simple/table.sql');
  await pool.query(readFileSync(table, 'utf8'));
  const stock = new (connectPgSimple(session))({ pool, pruneSessionInterval: false });
  const set = promisify(stock.set.bind(stock));
  const touch = promisify(stock.touch.bind(stock));
  const ids = Array.from({ length: SESSIONS }, () => randomBytes(24).toString('base64url'));
  await forEachOf(ids, (id) => set(id, stockRecord()));
  await forEachOf(ids, (id) => touch(id, stockRecord(1_900_000)));
  await pool.end();
  const theirs = await useOf(service.url, 'session', SESSIONS);
  expect(theirs.hot).toBeLessThan(0.01); // the expiry is in an index

  const { hardened, fields, env, config, clock, close } = await open(postgres);
  const users = Array.from({ length: SESSIONS }, (_, index) => `user-${index}`);
  const stored = new Map<string, Awaited<ReturnType<typeof hardened.insert>>>();
  await forEachOf(users, async (user) => {
    stored.set(user, await hardened.insert(newSessionId(), fields(user)));
  });
  for (let round = 0; round < 2; round++) {
    clock.advance(3 * 60_000);
    await forEachOf(users, async (user) => {
      const [before, pushed] = [stored.get(user), await hardened.touch(stored.get(user) as never)];
      expect(pushed).not.toBe(before);
      stored.set(user, pushed);
    });
  }
  await close();
  const url = env['MIGRATION_DATABASE_URL'] ?? '';
  const ours = await useOf(url, `${config.namespace}.session`, 2 * SESSIONS);
  expect(ours.hot).toBeGreaterThan(0.95);
  expect(ours.bytes / theirs.bytes).toBeLessThanOrEqual(1.4);
});

describe.each([redis, koa, postgres, hybrid])('$name', (target) => {
  it('a record that a release before has written as text is read, changed and ended', async () => {
    const { hardened, fields, records, store } = await open(target);
    /** As it was then: the envelope itself. */
    const asText = async () => {
      const id = newSessionId();
      const { key, envelope } = await hardened.insert(id, fields('user-1'));
      const all = await records.dump();
      const found = all.find((record) => record.key.endsWith(key));
      expect(found?.value.length).toBeLessThan(envelope.length * 0.76);
      await records.write(found?.place ?? '', found?.key ?? '', envelope);
      return { id, key };
    };
    const { id, key } = await asText();
    const loaded = await hardened.load(id);
    expect(loaded?.fields['cart']).toHaveLength(17);
    const changed = await hardened.update(
      loaded as never,
      { ...loaded?.fields, cart: [] } as never,
    );
    expect(await store.read(key)).toBe(changed.envelope);
    expect(await store.replace(key, loaded?.envelope ?? '', 'late', 60_000)).toBe(false);
    expect((await hardened.load(id))?.fields['cart']).toEqual([]);

    const other = await asText();
    await hardened.end({ key: other.key });
    expect(await hardened.load(other.id)).toBeNull();
  });
});
