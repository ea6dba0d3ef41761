// The control: a hybrid as it is often written. Chaos has to catch it, or it catches nothing.
import {
  auditLog,
  createAudit,
  listen,
  type RecordStore,
  readConfig,
  runDirectly,
  systemClock,
} from 'security-helpers';
import { connectPostgres, PostgresStore } from 'security-helpers/postgres';
import { connectRedis, RedisStore, redisLimiter } from 'security-helpers/redis';
import { createApp } from '../../../examples/hybrid/src/app.ts';
import { createUsers } from '../../../examples/hybrid/src/users.ts';
import { accounts } from './accounts.ts';

/** Redis, "because it is fast", and Postgres behind it, "to be on the safe side". */
class NaiveStore implements RecordStore {
  readonly #rows: PostgresStore;
  readonly #copies: RedisStore;
  readonly #hotMs: number;

  constructor(rows: PostgresStore, copies: RedisStore, hotMs: number) {
    this.#rows = rows;
    this.#copies = copies;
    this.#hotMs = hotMs;
  }

  async read(key: string): Promise<string | null> {
    const copy = await this.#copies.read(key).catch(() => null);
    if (copy) return copy;
    const record = await this.#rows.read(key);
    if (record) await this.#copies.insert(key, record, this.#hotMs).catch(() => undefined);
    return record;
  }

  async insert(key: string, record: string, ttlMs: number, userId?: string): Promise<boolean> {
    const kept = this.#rows.insert(key, record, ttlMs, userId);
    // "Nobody has to wait for the slow one."
    kept.catch(() => undefined);
    return this.#copies.insert(key, record, this.#hotMs).catch(() => kept);
  }

  async replace(key: string, previous: string, record: string, ttlMs: number): Promise<boolean> {
    await this.#copies.remove(key).catch(() => undefined);
    return this.#rows.replace(key, previous, record, ttlMs);
  }

  async remove(key: string): Promise<null> {
    // "A logout must always work for the user."
    await Promise.allSettled([this.#copies.remove(key), this.#rows.remove(key)]);
    return null;
  }

  async keysOf(userId: string): Promise<string[]> {
    return this.#rows.keysOf(userId).catch(() => []);
  }
}

await runDirectly(import.meta.url, 'hybrid', async () => {
  const { env } = process;
  const config = readConfig(env, { name: 'hybrid', port: 0 });
  const { namespace, storeBudgetMs: budgetMs, hybridHotMs } = config;
  const pool = await connectPostgres(env['DATABASE_URL'] ?? '', { budgetMs, name: namespace });
  const client = await connectRedis(env['REDIS_URL'] ?? '');
  const rows = new PostgresStore({ pool, schema: namespace });
  rows.pruneEvery(config.pruneMs, () => undefined);
  const copies = new RedisStore({ client, prefix: `${namespace}:copy:` });
  const app = createApp({
    name: 'hybrid',
    config,
    users: createUsers(await accounts()),
    clock: systemClock,
    audit: createAudit({ ...auditLog(), info: () => undefined }, config.keys.audit),
    store: new NaiveStore(rows, copies, hybridHotMs),
    limiter: redisLimiter(client, `${namespace}:throttle:`),
    async check() {
      await pool.query('SELECT 1');
      await client.ping();
      return { postgres: 'up', redis: 'up' };
    },
    close: async () => void (await pool.end()),
  });
  return listen(app, config);
});
