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
import { type Clock, type Config, type RecordStore, withDeadline } from 'security-helpers';
import {
  connectPostgres,
  PostgresStore,
  postgresLimiter,
  readPostgresConfig,
  requireSchema,
} from 'security-helpers/postgres';
import { connectRedis, followRunId, RedisStore, readRedisConfig } from 'security-helpers/redis';

export const where = 'in Postgres, with a copy in Redis while they are in use';

export async function openStore(env: NodeJS.ProcessEnv, config: Config, _clock: Clock) {
  const [{ databaseUrl }, { redisUrl }] = [readPostgresConfig(env), readRedisConfig(env)];
  const { namespace, storeBudgetMs: budgetMs, hybridHotMs: hotMs } = config;
  const pool = await connectPostgres(databaseUrl, { budgetMs, name: namespace });
  // The tables come from numbered migrations, run by their owner: this role could not make them.
  const ready = requireSchema(pool, namespace).then(() =>
    connectRedis(redisUrl, { required: false }),
  );
  const client = await ready.catch(async (error) => {
    await pool.end();
    throw error;
  });
  const rows = new PostgresStore({ pool, schema: namespace });
  rows.pruneEvery(config.pruneMs, console.error);
  const copies = new RedisStore({ client, prefix: `${namespace}:hot:` });
  // A quarter: what Redis does not answer in that time, Postgres still can.
  const shareMs = budgetMs / 4;
  const ask = (answer: Promise<unknown>) =>
    withDeadline(shareMs, () => answer).then(
      () => 'up',
      () => 'down',
    );
  return {
    store: new HybridStore({ rows, copies, runId: followRunId(client), hotMs, shareMs }),
    limiter: postgresLimiter(pool, namespace),
    /** Rejects while neither store can be reached: one is enough to serve. */
    async check() {
      const answers = [ask(pool.query('SELECT 1')), ask(client.ping())];
      const [postgres = 'down', redis = 'down'] = await Promise.all(answers);
      if (postgres === 'down' && redis === 'down') throw new Error('neither Postgres nor Redis');
      return { postgres, redis };
    },
    async close() {
      rows.stopPruning();
      client.destroy();
      await pool.end();
    },
  };
}

interface Parts {
  rows: PostgresStore;
  copies: RedisStore;
  /** Which Redis process answers: a copy is believed only by the one that it was given to. */
  runId: () => Promise<string>;
  hotMs: number;
  shareMs: number;
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

  constructor(parts: Parts) {
    this.#parts = parts;
    // Together `hotMs`: so long after a row has ended there is no copy of it, deleted or not.
    this.#leaseMs = Math.min(1000, parts.hotMs / 2);
    this.#copyMs = parts.hotMs - this.#leaseMs;
  }

  async read(key: string): Promise<string | null> {
    const { rows, copies } = this.#parts;
    const found = await this.#askRedis(key, (place) => copies.read(place));
    if (found && !found.startsWith(LEASE)) return found;

    const lease = LEASE + randomBytes(12).toString('base64url');
    // Of many requests at once one gets it, and makes the copy. Undefined: Redis does not answer.
    const isOurs =
      found === null &&
      (await this.#askRedis(key, (place) => copies.insert(place, lease, this.#leaseMs)));
    const row = await rows.find(key);
    if (row && isOurs) {
      const ttlMs = Math.min(this.#copyMs, row.ttlMs);
      await this.#askRedis(key, (place) => copies.replace(place, lease, row.record, ttlMs));
    }
    return row?.record ?? null;
  }

  insert(key: string, record: string, ttlMs: number, userId?: string): Promise<boolean> {
    return this.#parts.rows.insert(key, record, ttlMs, userId); // the first request makes the copy
  }

  async replace(key: string, previous: string, record: string, ttlMs: number): Promise<boolean> {
    const replaced = await this.#parts.rows.replace(key, previous, record, ttlMs);
    await this.#deleteCopy(key);
    return replaced;
  }

  keysOf(userId: string): Promise<string[]> {
    return this.#parts.rows.keysOf(userId);
  }

  async remove(key: string): Promise<void> {
    const { rows, hotMs } = this.#parts;
    await rows.remove(key);
    if (await this.#deleteCopy(key)) return;
    // Nobody is told "logged out" while an instance that reaches Redis may still find a copy. Of a
    // visitor's session it would not be: a login over one must not fail for a Redis that is away.
    if (await rows.hasEndedWithin(hotMs, key)) throw new Error('Redis may still hold a copy');
  }

  /** Whether Redis has confirmed it. */
  async #deleteCopy(key: string): Promise<boolean> {
    const deleted = this.#askRedis(key, async (place) => {
      await this.#parts.copies.remove(place);
      return true;
    });
    return (await deleted) ?? false;
  }

  /** Undefined when Redis has no answer in its share of the time. */
  async #askRedis<T>(key: string, call: (place: string) => Promise<T>): Promise<T | undefined> {
    const { runId, shareMs } = this.#parts;
    const answer = withDeadline(shareMs, async () => call(`${await runId()}:${key}`));
    return answer.catch(() => undefined);
  }
}

const LEASE = 'lease:';
