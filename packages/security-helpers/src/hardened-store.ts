import type { Audit } from './audit.ts';
import type { Clock } from './clock.ts';
import type { SealKey } from './keys.ts';
import { expiresAt, judge, type Lifetime, touchAfterMs } from './lifetime.ts';
import type { NonEmpty } from './non-empty.ts';
import type { RecordSchema, SessionFields } from './record.ts';
import type { RecordStore } from './record-store.ts';
import { type Envelope, open, seal } from './seal.ts';
import { isSessionId, storeKey } from './session-id.ts';
import { withinBudget } from './store-budget.ts';

/** The session was ended while a request was still working with it. Nothing was written. */
export class SessionEndedError extends Error {
  override name = 'SessionEndedError';
}

/** A session as it stands in the store. */
export interface StoredSession {
  readonly fields: SessionFields & Record<string, unknown>;
  /** The very text in the store: the proof, in `touch`, that nobody else has written since. */
  readonly envelope: Envelope;
  /** Which secret sealed it: 0 is the newest. */
  readonly keyIndex: number;
}

export interface HardenedStoreOptions {
  store: RecordStore;
  schema: RecordSchema;
  /** Newest first. */
  keys: NonEmpty<SealKey>;
  lifetime: Lifetime;
  /** For all store calls of one request together, in milliseconds. */
  budgetMs: number;
  clock: Clock;
  audit: Audit;
}

/**
 * Everything that must hold between a web framework and a place for records, once for all of both:
 *
 * format check → hashed key → budget → seal bound to its key → schema and lifetime → lazy touch.
 *
 * Methods reject with `StoreUnavailableError` when the store fails or runs out of time. None of
 * them takes a broken or a missing record for anything but "no session".
 */
export class HardenedStore {
  readonly clock: Clock;
  readonly lifetime: Lifetime;
  readonly #store: RecordStore;
  readonly #schema: RecordSchema;
  readonly #keys: NonEmpty<SealKey>;
  readonly #budgetMs: number;
  readonly #audit: Audit;

  constructor(options: HardenedStoreOptions) {
    this.clock = options.clock;
    this.lifetime = options.lifetime;
    this.#store = options.store;
    this.#schema = options.schema;
    this.#keys = options.keys;
    this.#budgetMs = options.budgetMs;
    this.#audit = options.audit;
  }

  /** The live session with this id, or null. One store command; two if it has to be removed. */
  async load(id: string): Promise<StoredSession | null> {
    if (!isSessionId(id)) return null;
    const key = storeKey(id);
    const envelope = await this.#call('read', () => this.#store.read(key));
    if (envelope === null) {
      this.#audit('session_unknown', { sessionId: id });
      return null;
    }
    const opened = open(envelope, key, this.#keys);
    if (!opened.ok && opened.reason === 'unknown_key') {
      // Not removed: during a rolling change of secrets another instance can still read it.
      this.#audit('record_rejected', { sessionId: id, reason: 'unknown_key' });
      return null;
    }
    const fields = opened.ok ? this.#parse(opened.text) : undefined;
    if (!opened.ok || !fields) {
      // Removed, or each request of this user would meet the same broken record again.
      await this.#call('remove', () => this.#store.remove(key));
      this.#audit('record_rejected', { sessionId: id, reason: opened.ok ? 'schema' : 'seal' });
      return null;
    }
    const verdict = judge(fields, this.lifetime, this.clock.now());
    if (verdict !== 'alive') {
      await this.#call('remove', () => this.#store.remove(key));
      this.#audit('session_expired', { sessionId: id, userId: fields.userId, reason: verdict });
      return null;
    }
    return { fields, envelope, keyIndex: opened.keyIndex };
  }

  /**
   * Saves a session that was not in the store. When the outcome stays unknown, one removal follows
   * in the background: at worst a record is left whose id nobody holds.
   */
  async insert(id: string, fields: SessionFields): Promise<StoredSession> {
    const { key, next, ttlMs } = this.#prepare(id, fields);
    let inserted: boolean;
    try {
      inserted = await this.#call('insert', () =>
        this.#store.insert(key, next.envelope, ttlMs, fields.userId),
      );
    } catch (error) {
      this.#store.remove(key).catch(() => this.#audit('store_failed', { reason: 'undo insert' }));
      throw error;
    }
    if (!inserted) throw new Error('a new session id was in use already');
    this.#audit('session_created', { sessionId: id, userId: fields.userId });
    return next;
  }

  /** @throws SessionEndedError when the session was ended meanwhile: it stays ended. */
  async update(id: string, fields: SessionFields): Promise<StoredSession> {
    const { key, next, ttlMs } = this.#prepare(id, fields);
    if (!(await this.#call('update', () => this.#store.update(key, next.envelope, ttlMs)))) {
      this.#audit('session_lost_race', { sessionId: id, userId: fields.userId });
      throw new SessionEndedError('the session was ended while this request was working');
    }
    return next;
  }

  /**
   * Pushes the expiry, in the record and in the store, but only when enough of the idle time is
   * used up or the record was sealed with an older secret: most requests write nothing.
   */
  async touch(id: string, stored: StoredSession): Promise<StoredSession> {
    const unwritten = this.clock.now() - stored.fields.lastSeenAt;
    if (unwritten < touchAfterMs(this.lifetime) && stored.keyIndex === 0) return stored;
    const { key, next, ttlMs } = this.#prepare(id, stored.fields);
    const replace = () => this.#store.replace(key, stored.envelope, next.envelope, ttlMs);
    // False: another request saved the session, which pushed the expiry, or ended it.
    return (await this.#call('touch', replace)) ? next : stored;
  }

  /** Ends a session. Resolves only when the store confirmed it. */
  async destroy(id: string): Promise<void> {
    if (!isSessionId(id)) return;
    await this.#call('remove', () => this.#store.remove(storeKey(id)));
    this.#audit('session_ended', { sessionId: id });
  }

  #prepare(id: string, changed: SessionFields) {
    const now = this.clock.now();
    const fields = this.#schema.parse({ ...changed, lastSeenAt: now });
    const lost = Object.keys(changed).find((name) => !Object.hasOwn(fields, name));
    if (lost) throw new TypeError(`'${lost}' is not in the record schema: it would be lost`);
    const ttlMs = expiresAt(fields, this.lifetime) - now;
    if (ttlMs <= 0) throw new SessionEndedError('the session has reached its absolute limit');
    const key = storeKey(id);
    const envelope = seal(JSON.stringify(fields), key, this.#keys[0]);
    return { key, ttlMs, next: { fields, envelope, keyIndex: 0 } satisfies StoredSession };
  }

  #parse(text: string): StoredSession['fields'] | undefined {
    try {
      return this.#schema.safeParse(JSON.parse(text)).data;
    } catch {
      return undefined;
    }
  }

  async #call<T>(operation: string, call: () => Promise<T>): Promise<T> {
    try {
      return await withinBudget(this.#budgetMs, call);
    } catch (error) {
      const { message, cause } = error as Error;
      const why = cause instanceof Error ? cause.message : message;
      this.#audit('store_failed', { reason: `${operation}: ${why}` });
      throw error;
    }
  }
}
