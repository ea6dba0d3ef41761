// WHERE SESSIONS LIVE: in Postgres, one row a session, with a copy in Redis while they are in use.
//
// Who deletes them:      a logout, the row first, then the copy; a prune every
//                        SESSION_PRUNE_SECONDS; Redis each copy, HYBRID_HOT_SECONDS after it was
//                        made. What is over stays in `session_history`, and each step in
//                        `session_audit`, which the app can neither change nor read.
// A restart of the app:  nobody notices.
// Two instances:         share all sessions.
// A restart of Redis:    nobody notices: what was in it is not believed any more, and read anew.
// An outage of Redis:    nobody notices, but whoever logs out: 503 until the copy is gone for sure.
// An outage of Postgres: who was there in the last HYBRID_HOT_SECONDS goes on; no login, no logout,
//                        no change: 503. Out of both: 503.

import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { type Clock, type Config, checkAny, type RecordStore } from 'security-helpers';
import {
  connectPostgres,
  PostgresStore,
  postgresLimiter,
  readPostgresConfig,
  requireSchema,
} from 'security-helpers/postgres';
import {
  connectRedis,
  LONGEST_COPY_MS,
  RedisCopies,
  readRedisConfig,
  SpareRedis,
} from 'security-helpers/redis';

export const where = 'in Postgres, with a copy in Redis while they are in use';

export async function openStore(env: NodeJS.ProcessEnv, config: Config, _clock: Clock) {
  const [{ databaseUrl, prepared }, whereRedisIs] = [readPostgresConfig(env), readRedisConfig(env)];
  const { namespace, storeBudgetMs: budgetMs, hybridHotMs: hotMs } = config;
  const pool = await connectPostgres(databaseUrl, { budgetMs, name: namespace });
  // The tables come from numbered migrations, run by their owner: this role could not make them.
  const toRedis = () => connectRedis(whereRedisIs, { required: false });
  const ready = requireSchema(pool, namespace).then(toRedis);
  const client = await ready.catch(async (error) => {
    await pool.end();
    throw error;
  });
  const rows = new PostgresStore({ pool, schema: namespace, prepared });
  rows.pruneEvery(config.pruneMs, console.error);
  const shareMs = budgetMs / 4; // what Redis does not answer in that time, Postgres still can
  const [copies, redis] = [new RedisCopies(client, `${namespace}:hot:`), new SpareRedis(shareMs)];
  return {
    store: new HybridStore({ rows, copies, redis, hotMs }),
    limiter: postgresLimiter(pool, namespace),
    check: checkAny(3 * shareMs, {
      postgres: () => pool.query('SELECT 1'),
      redis: () => client.ping(),
    }),
    gauges: () => ({ ...rows.gauges(), breaker_open: Number(redis.isAway) }),
    async close() {
      rows.stopPruning();
      client.destroy();
      await pool.end();
    },
  };
}

interface Parts {
  rows: PostgresStore;
  copies: RedisCopies;
  redis: SpareRedis;
  hotMs: number;
}

/**
 * Postgres decides; Redis holds copies of what was read there, each for `hotMs` at most.
 *
 * The danger is a copy of a session that has ended: made by a request that had read the row just
 * before. So whoever wants to make a copy first leaves a lease in its place, then reads the row,
 * and puts the copy there only if the lease still is. A logout ends the row and then deletes what
 * is in that place, copy or lease: a request that read the row before has lost its lease, one that
 * reads it afterwards finds it ended.
 */
export class HybridStore implements RecordStore {
  readonly #parts: Parts;
  readonly #leaseMs: number;
  readonly #copyMs: number;
  readonly #copiesLastMs: number;

  constructor(parts: Parts) {
    this.#parts = parts;
    // Together `hotMs`: so long after a row has ended there is no copy of it, deleted or not.
    this.#leaseMs = Math.min(1000, parts.hotMs / 2);
    this.#copyMs = parts.hotMs - this.#leaseMs;
    // One that makes none does not know for how long those of other instances last.
    this.#copiesLastMs = parts.hotMs || LONGEST_COPY_MS;
  }

  async read(key: string): Promise<string | null> {
    const { rows, copies, redis, hotMs } = this.#parts;
    if (hotMs === 0) return rows.read(key); // while not every instance knows of copies
    const lease = LEASE + randomBytes(12).toString('base64url');
    let isOurs = false;
    // Of many at once one gets the lease and asks Postgres, the others look again: an empty Redis
    // is no rush on Postgres. Its answer is not handed to them in any quicker way: one that comes
    // after a logout must not get what one from before it has asked for.
    for (const pauseMs of LOOK_AGAIN_MS) {
      if (pauseMs > 0) await wait(pauseMs);
      const found = await redis.askIfUp(() => copies.read(key));
      if (found && !found.startsWith(LEASE)) return found;
      if (found === undefined) break;
      if (found) continue;
      const taken = redis.askIfUp(() => copies.insert(key, lease, this.#leaseMs));
      isOurs = (await taken) ?? false;
      if (isOurs) break;
    }
    const row = await rows.find(key);
    // One that is being ended just now has no end yet from which on `hotMs` could be counted.
    if (row && isOurs && !row.isLocked) {
      const ttlMs = Math.min(this.#copyMs, row.ttlMs);
      await redis.askIfUp(() => copies.replace(key, lease, row.record, ttlMs));
    }
    return row?.record ?? null;
  }

  insert(key: string, record: string, ttlMs: number, userId?: string): Promise<boolean> {
    return this.#parts.rows.insert(key, record, ttlMs, userId); // the first request makes the copy
  }

  async replace(key: string, previous: string, record: string, ttlMs: number): Promise<boolean> {
    const replaced = await this.#parts.rows.replace(key, previous, record, ttlMs);
    // If that fails, others show what was before, for `hotMs` at most; nothing is built upon it.
    await this.#deleteCopy(key).catch(() => undefined);
    return replaced;
  }

  keysOf(userId: string): Promise<string[]> {
    return this.#parts.rows.keysOf(userId);
  }

  /** Redis may still hold copies of them: a second try of a revocation would find no row. */
  lastEndedOf(userId: string): Promise<string[]> {
    return this.#parts.rows.endedWithin(this.#copiesLastMs, { userId });
  }

  async remove(key: string): Promise<string | null> {
    const record = await this.#parts.rows.remove(key);
    await this.#deleteCopy(key).catch(async (error) => {
      // Nobody is told "logged out" while an instance that reaches Redis may still find a copy. But
      // a visitor's session is no login: one over it must not fail for a Redis that is away.
      const ended = await this.#parts.rows.endedWithin(this.#copiesLastMs, { key });
      if (ended.length > 0) throw new Error('Redis may still hold a copy', { cause: error });
    });
    return record;
  }

  #deleteCopy(key: string): Promise<void> {
    return this.#parts.redis.ask(() => this.#parts.copies.remove(key));
  }
}

const LEASE = 'lease:';
const LOOK_AGAIN_MS = [0, 5, 20];
