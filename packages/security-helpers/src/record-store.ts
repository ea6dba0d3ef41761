import type { Check } from './store-budget.ts';
import type { MakeLimiter } from './throttle.ts';

export interface StoreGauges {
  /** Records that are held, those whose time is up included. */
  records?: number;
  /** Connections that are open, those of them that are not in use, and calls that wait for one. */
  pool_connections?: number;
  pool_idle?: number;
  pool_waiting?: number;
  /** 1 while a store that one can do without is not asked, because it is away. */
  breaker_open?: number;
}

/** A store that is ready to be asked, as an application gets it. */
export interface OpenedStore {
  store: RecordStore;
  /** For counting failures, beside the records. */
  limiter: MakeLimiter;
  check: Check;
  /** How busy it is, and in what state; asked for each time somebody looks at the metrics. */
  gauges?(): StoreGauges;
  close(): Promise<void>;
}

/**
 * What a place for session records must be able to do, whatever it is made of.
 *
 * Insert and replace are two things. An upsert (`SET`, `ON CONFLICT DO UPDATE`) lets a slow request
 * write back the session that a logout ended meanwhile: express-session issue 632, connect-redis
 * issue 328. Here a session that was ended stays ended.
 *
 * `key` is a store key (see `storeKey`), `record` an opaque text, `ttlMs` milliseconds > 0, exact.
 * Every method rejects when the store cannot say for certain.
 */
export interface RecordStore {
  /** The record, or null when there is none or its time is up. */
  read(key: string): Promise<string | null>;
  /**
   * Adds a record. False when the key exists.
   *
   * @param userId whose session it is, for a store that can find the sessions of a user: the record
   *   is sealed. It never changes; a login makes a new record.
   */
  insert(key: string, record: string, ttlMs: number, userId?: string): Promise<boolean>;
  /**
   * Replaces a record, but only while it still reads `previous`. False when it does not (any more):
   * nothing is written. So a request never overwrites what it has not seen.
   */
  replace(key: string, previous: string, record: string, ttlMs: number): Promise<boolean>;
  /**
   * Ends it. Resolves only when it is gone, also when it never was.
   *
   * @returns what was there, in one step with its end: what was read before may be older.
   */
  remove(key: string): Promise<string | null>;
  /**
   * The keys of a user's records, once a change to that list has been carried out; for a store that
   * keeps it beside the records. Some may have ended since: whoever reads them will see.
   *
   * @param change.add a record of that user that was just inserted.
   * @param change.drop records that are gone.
   */
  keysOf(userId: string, change?: KeyChange): Promise<string[]>;
  /**
   * Of a store whose `remove` can stay half done: the keys of a user's records that were removed a
   * short while ago, confirmed or not. `keysOf` does not have them any more, and a revocation that
   * is tried again has to end them for good.
   */
  lastEndedOf?(userId: string): Promise<string[]>;
  /**
   * Of a store that others are copied from, and that waits for them: resolves when enough of them have
   * the change. Asked before anybody is told of a login, or that a session has ended.
   *
   * Rejects when they do not have it in time, although it has happened; and when it is gone by now,
   * because one of them has taken over.
   *
   * @param change.add a record that was inserted. @param change.drop records that are gone.
   * @param userId whose list has a new record.
   */
  confirm?: ((change: KeyChange, userId?: string) => Promise<void>) | undefined;
}

/** A record, as it was when somebody went through all of them. */
export interface Entry {
  key: string;
  record: string;
  /** What is left of its time, in milliseconds. */
  ttlMs: number;
}

export interface KeyChange {
  add?: string;
  drop?: readonly string[];
}
