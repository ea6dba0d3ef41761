import connectPgSimple from 'connect-pg-simple';
import session from 'express-session';
import type { Pool, QueryResultRow } from 'pg';
import { inEitherForm, pack, unpack } from '../packed-record.ts';
import type { Entry, KeyChange, RecordStore, StoreGauges } from '../record-store.ts';

const ConnectPgSimple = connectPgSimple(session);
const PRUNE_BATCH = 1000;
const PAGE = 500;

interface FoundRow {
  record: string;
  ttlMs: number;
  isLocked: boolean;
}

/** As it is in the table. */
type Packed<Row extends { record: string }> = Omit<Row, 'record'> & { record: Buffer };

export interface PostgresStoreOptions {
  pool: Pool;
  /** The Postgres schema that the migrations have filled. */
  schema: string;
  /**
   * Whether the statements that requests wait for are prepared, once for a connection, under a name:
   * to parse and to plan them costs more than to carry them out. Not behind a pooler that lends
   * another connection for each transaction: that one does not know the name, or has it already.
   */
  prepared?: boolean;
}

/**
 * connect-pg-simple, with its upsert taken apart.
 *
 * Its `set` is an `INSERT … ON CONFLICT DO UPDATE`, which brings a session back that was ended
 * meanwhile; its times are whole seconds, by the clock of each app server. Here the database's clock
 * decides, to the millisecond, and `INSERT`, `UPDATE … WHERE` and the row count say what happened.
 * Triggers (002) keep the audit trail and the history of what has ended.
 */
export class PostgresStore extends ConnectPgSimple implements RecordStore {
  readonly #pool: Pool;
  readonly #schema: string;
  readonly #table: string;
  readonly #prepared: boolean;
  #pruning: NodeJS.Timeout | undefined;

  constructor({ pool, schema, prepared = true }: PostgresStoreOptions) {
    // No table on the fly: its promise remembers a first failure until the process is restarted.
    // No timer of its own: that one starts with the first request, and never on an idle process.
    super({ pool, schemaName: schema, createTableIfMissing: false, pruneSessionInterval: false });
    this.#pool = pool;
    this.#schema = `"${schema}"`;
    this.#table = `${this.#schema}.session`;
    this.#prepared = prepared;
  }

  /** How busy its pool is. */
  gauges(): StoreGauges {
    const { totalCount, idleCount, waitingCount } = this.#pool;
    return { pool_connections: totalCount, pool_idle: idleCount, pool_waiting: waitingCount };
  }

  async read(key: string): Promise<string | null> {
    return (await this.find(key))?.record ?? null;
  }

  /**
   * The record and the milliseconds that it has left, or null when there is none. `isLocked`: it is
   * being changed or ended just now, in a transaction that is not over (or was given up).
   */
  async find(key: string): Promise<FoundRow | null> {
    const { rows } = await this.#ask<Packed<FoundRow>>(
      'read',
      `SELECT sess AS record, extract(epoch FROM expire - now())::float8 * 1000 AS "ttlMs",
         xmax <> 0 AS "isLocked"
       FROM ${this.#table} WHERE sid = $1 AND expire > now()`,
      [key],
    );
    return rows.map(unpacked)[0] ?? null;
  }

  async insert(key: string, record: string, ttlMs: number, userId?: string): Promise<boolean> {
    const { rowCount } = await this.#ask(
      'insert',
      `INSERT INTO ${this.#table} (sid, sess, expire, user_id)
       VALUES ($1, $2, now() + $3 * interval '1 millisecond', $4)
       ON CONFLICT (sid) DO NOTHING`,
      [key, pack(record), ttlMs, userId],
    );
    return rowCount === 1;
  }

  async replace(key: string, previous: string, record: string, ttlMs: number): Promise<boolean> {
    return inEitherForm(previous, async (stored) => {
      const { rowCount } = await this.#ask(
        'replace',
        `UPDATE ${this.#table} SET sess = $2, expire = now() + $3 * interval '1 millisecond'
         WHERE sid = $1 AND expire > now() AND sess = $4`,
        [key, pack(record), ttlMs, stored],
      );
      return rowCount === 1;
    });
  }

  async remove(key: string): Promise<string | null> {
    const { rows } = await this.#ask<Packed<{ record: string }>>(
      'remove',
      `DELETE FROM ${this.#table} WHERE sid = $1 RETURNING sess AS record`,
      [key],
    );
    return rows.map(unpacked)[0]?.record ?? null;
  }

  /** All there are, a page at a time. What comes or goes meanwhile may be among them or not. */
  async *entries(): AsyncGenerator<Entry> {
    for (let last = ''; ; ) {
      const { rows } = await this.#pool.query<Packed<Entry>>(
        `SELECT sid AS key, sess AS record,
           extract(epoch FROM expire - now())::float8 * 1000 AS "ttlMs"
         FROM ${this.#table} WHERE sid > $1 AND expire > now() ORDER BY sid LIMIT ${PAGE}`,
        [last],
      );
      yield* rows.map(unpacked);
      if (rows.length < PAGE) return;
      last = rows.at(-1)?.key ?? '';
    }
  }

  /** The rows know whose they are: there is no list beside them to change. */
  async keysOf(userId: string, _change?: KeyChange): Promise<string[]> {
    const { rows } = await this.#ask<{ sid: string }>(
      'keys of',
      `SELECT sid FROM ${this.#table} WHERE user_id = $1 AND expire > now() ORDER BY created_at`,
      [userId],
    );
    return rows.map(({ sid }) => sid);
  }

  /**
   * The keys of users' sessions that somebody has ended in the last `ms` milliseconds; without those
   * that have moved to another store and back.
   */
  async endedWithin(ms: number, of: { key: string } | { userId: string }): Promise<string[]> {
    const [column, value] = 'key' in of ? ['sid', of.key] : ['user_id', of.userId];
    const { rows } = await this.#pool.query<{ sid: string }>(
      `SELECT sid FROM ${this.#schema}.session_history ended
       WHERE ${column} = $1 AND user_id IS NOT NULL AND reason = 'ended'
         AND ended_at > now() - $2 * interval '1 millisecond'
         AND NOT EXISTS (SELECT FROM ${this.#table} live WHERE live.sid = ended.sid)`,
      [value, ms],
    );
    return rows.map(({ sid }) => sid);
  }

  /**
   * Removes what has expired, a thousand rows at a time, so that no statement runs long and two
   * instances do not wait for each other. Then what is left of old throttles.
   *
   * @returns how many sessions.
   */
  async prune(): Promise<number> {
    let total = 0;
    for (;;) {
      const { rowCount } = await this.#pool.query(
        `DELETE FROM ${this.#table} WHERE ctid = ANY (ARRAY(
           SELECT ctid FROM ${this.#table} WHERE expire <= now()
           LIMIT ${PRUNE_BATCH} FOR UPDATE SKIP LOCKED))`,
      );
      total += rowCount ?? 0;
      if ((rowCount ?? 0) < PRUNE_BATCH) break;
    }
    await this.#pool.query(`DELETE FROM ${this.#schema}.throttle WHERE expire < $1`, [Date.now()]);
    return total;
  }

  /**
   * Prunes again and again, also while nobody asks for anything, until `stopPruning`.
   *
   * @param everyMs milliseconds.
   * @param failed hears of a prune that failed; the next one comes in its time.
   */
  pruneEvery(everyMs: number, failed: (error: unknown) => void): void {
    let isRunning = false; // a million rows take minutes: the next prune must not take turns with it
    const prune = async () => {
      if (isRunning) return;
      isRunning = true;
      try {
        await this.prune();
      } catch (error) {
        // One that was under way when the pool was closed has not failed.
        if (this.#pruning) failed(error);
      } finally {
        isRunning = false;
      }
    };
    this.#pruning = setInterval(prune, everyMs).unref();
  }

  stopPruning(): void {
    clearInterval(this.#pruning);
    this.#pruning = undefined;
  }

  /** Refused: it would write a session back that was ended. */
  override set(): never {
    throw new Error('use insert() or replace(): set() cannot tell a new session from an ended one');
  }

  /** Refused: it takes a record that is not JSON for broken, and removes it. */
  override get(): never {
    throw new Error('use read(): get() expects records as connect-pg-simple writes them');
  }

  #ask<Row extends QueryResultRow>(name: string, text: string, values: unknown[]) {
    // Stores of several schemas may share a pool, and a name means one statement on a connection.
    const named = this.#prepared && { name: `${this.#schema} session ${name}` };
    return this.#pool.query<Row>({ ...named, text, values });
  }
}

const unpacked = <Row extends { record: Buffer }>(row: Row) => ({
  ...row,
  record: unpack(row.record),
});
