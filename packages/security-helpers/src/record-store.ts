import type { Check } from './store-budget.ts';

/** A store that is ready to be asked, as an application gets it. */
export interface OpenedStore {
  store: RecordStore;
  check: Check;
  close(): Promise<void>;
}

/**
 * What a place for session records must be able to do, whatever it is made of.
 *
 * Insert and update are two things. An upsert (`SET`, `ON CONFLICT DO UPDATE`) lets a slow request
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
  /** Replaces a record that exists. False when it does not (any more): nothing is written. */
  update(key: string, record: string, ttlMs: number): Promise<boolean>;
  /**
   * Replaces a record only while it still reads `previous`. For pushing an expiry: a request that
   * only reads must not write back the old contents over what another request has just saved.
   */
  replace(key: string, previous: string, record: string, ttlMs: number): Promise<boolean>;
  /** Ends it. Resolves only when it is gone, also when it never was. */
  remove(key: string): Promise<void>;
}
