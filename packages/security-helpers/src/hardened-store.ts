import { Buffer } from 'node:buffer';
import type { Audit } from './audit.ts';
import type { Clock } from './clock.ts';
import type { SealKey } from './keys.ts';
import { absoluteEnd, type Durations, expiresAt, judge, touchAfterMs } from './lifetime.ts';
import { merge, SessionChangedError } from './merge.ts';
import type { NonEmpty } from './non-empty.ts';
import type { RecordSchema, SessionFields } from './record.ts';
import type { KeyChange, RecordStore } from './record-store.ts';
import { type Envelope, open, seal } from './seal.ts';
import { isSessionId, storeKey } from './session-id.ts';
import { StoreUnavailableError, withinBudget } from './store-budget.ts';

/** The session was ended while a request was still working with it. Nothing was written. */
export class SessionEndedError extends Error {
  override name = 'SessionEndedError';
}

/** A session holds more than it may. Nothing was written. */
export class SessionTooLargeError extends Error {
  override name = 'SessionTooLargeError';
}

/** A session as it stands in the store. */
export interface StoredSession {
  /** Where. */
  readonly key: string;
  readonly fields: SessionFields & Record<string, unknown>;
  /** The very text in the store: the proof, in a change, that nobody else has written since. */
  readonly envelope: Envelope;
  /** Which secret sealed it: 0 is the newest. */
  readonly keyIndex: number;
}

export interface HardenedStoreOptions {
  store: RecordStore;
  schema: RecordSchema;
  /** Newest first. */
  keys: NonEmpty<SealKey>;
  lifetime: Durations;
  /** How many sessions a user may have at a time. */
  limitPerUser: number;
  /** For all store calls of one request together, in milliseconds. */
  budgetMs: number;
  clock: Clock;
  audit: Audit;
}

/** A cart, a preference, a form half filled in; files and lists of results belong elsewhere. */
const MAX_RECORD_BYTES = 64 * 1024;

/** Each that fails is another request that was faster; a browser sends about six at a time. */
const UPDATE_TRIES = 20;

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
  readonly lifetime: Durations;
  readonly #store: RecordStore;
  readonly #schema: RecordSchema;
  readonly #keys: NonEmpty<SealKey>;
  readonly #limitPerUser: number;
  readonly #budgetMs: number;
  readonly #audit: Audit;

  constructor(options: HardenedStoreOptions) {
    this.clock = options.clock;
    this.lifetime = options.lifetime;
    this.#store = options.store;
    this.#schema = options.schema;
    this.#keys = options.keys;
    this.#limitPerUser = options.limitPerUser;
    this.#budgetMs = options.budgetMs;
    this.#audit = options.audit;
  }

  /**
   * The live session with this id, or null. One store command; two if it has to be removed, and a
   * few more when the id is asked for by its new one for the first time.
   */
  async load(id: string): Promise<StoredSession | null> {
    if (!isSessionId(id)) return null;
    const key = storeKey(id);
    const stored = await this.#read(key);
    if (stored === 'none') this.#audit('session_unknown', { key });
    if (typeof stored === 'string') return null;
    return stored.key === key && stored.fields.predecessor ? this.#arrive(stored) : stored;
  }

  /**
   * Saves a session that was not in the store. A user's session beyond the limit ends that user's
   * oldest. When the outcome stays unknown, one removal follows in the background: at worst a record
   * is left whose id nobody holds.
   */
  async insert(id: string, fields: SessionFields): Promise<StoredSession> {
    const key = storeKey(id);
    const { predecessor: _, ...own } = fields; // that is another session's
    const next = this.#seal(key, { ...own, renewedAt: this.clock.now() });
    await this.#insert(next, async (userId, keys) => {
      if (keys.length > this.#limitPerUser) await this.#endOldest(userId);
      await this.#confirm({ add: key }, userId);
    });
    this.#audit('session_created', { key, userId: fields.userId });
    return next;
  }

  /**
   * Saves a session that was loaded: what differs from that is merged into what is there by now.
   *
   * @param change changes the result once more, in place; again, when another request was faster.
   * @throws SessionChangedError when others have changed the same, or were faster again and again.
   * @throws SessionEndedError when it was ended meanwhile: it stays ended.
   */
  async update(
    stored: StoredSession,
    fields: SessionFields,
    change: (fields: SessionFields) => void = () => undefined,
  ): Promise<StoredSession> {
    // Each write sets the first, each new id the others: no request has them to change.
    const { lastSeenAt, renewedAt, predecessor } = stored.fields;
    const ours = { ...fields, lastSeenAt, renewedAt, predecessor };
    let current = stored;
    for (let tries = 0; tries < UPDATE_TRIES; tries++) {
      const merged = structuredClone(merge(stored.fields, ours, current.fields));
      change(merged);
      const next = this.#seal(current.key, merged);
      if (await this.#replace('update', current, next)) return next;
      const found = await this.#read(current.key);
      if (typeof found === 'string') {
        this.#audit('session_lost_race', { key: stored.key, userId: fields.userId });
        throw new SessionEndedError('the session was ended while this request was working');
      }
      current = found;
    }
    throw new SessionChangedError('other requests were faster each time');
  }

  /**
   * Pushes the expiry, in the record and in the store, but only when enough of the idle time is
   * used up or the record was sealed with an older secret: most requests write nothing.
   */
  async touch(stored: StoredSession): Promise<StoredSession> {
    const unwritten = this.clock.now() - stored.fields.lastSeenAt;
    if (unwritten < touchAfterMs(this.lifetime) && stored.keyIndex === 0) return stored;
    const next = this.#seal(stored.key, stored.fields);
    // False: another request saved the session, which pushed the expiry, or ended it.
    return (await this.#replace('touch', stored, next)) ? next : stored;
  }

  /** Whether the id of a session is old enough to be replaced (OWASP Session Management CS). */
  isRenewalDue({ fields }: StoredSession): boolean {
    return this.clock.now() - (fields.renewedAt ?? fields.createdAt) >= this.lifetime.renewMs;
  }

  /**
   * Gives a session a new id. The old one leads to it until the browser has come with the new one,
   * and a little longer: an answer may be lost, and requests may be under way; neither must log the
   * user out (express-session issue 923). Neither limit of its life begins anew.
   *
   * @returns the session with the new id; or, when another request has changed it meanwhile, perhaps
   *   in just this way, as it is now. Never as it was: that may be an old copy, kept by a cache of
   *   the store's, under an id that is over.
   * @throws SessionEndedError when it was ended meanwhile.
   */
  async renew(stored: StoredSession, newId: string): Promise<StoredSession> {
    const { key, fields } = stored;
    const renewedAt = this.clock.now();
    const successor = storeKey(newId);
    const next = this.#seal(successor, { ...fields, renewedAt, predecessor: key });
    // What is left under the old key says where it went, and since when.
    const left = this.#seal(key, { ...fields, renewedAt, successor });
    await this.#insert(next);
    let isLeft: boolean;
    try {
      isLeft = await this.#replace('renew', stored, left);
    } catch (error) {
      this.#undoRenewal(stored, left, next).catch(() =>
        this.#audit('store_failed', { reason: 'undo renewal' }),
      );
      throw error;
    }
    if (!isLeft) {
      await this.#remove(successor);
      const found = await this.#read(key);
      if (typeof found === 'string') throw new SessionEndedError('the session was ended meanwhile');
      return found;
    }
    this.#audit('session_renewed', { key: successor, userId: fields.userId });
    return next;
  }

  /**
   * Of a renewal whose outcome is unknown. It may still happen: so that it cannot any more, the record
   * is written once again as it was. If that comes too late, the new one has to stay.
   */
  async #undoRenewal(stored: StoredSession, left: StoredSession, next: StoredSession) {
    const { key, fields } = stored;
    const ttlMs = this.#ttlMs(fields);
    const asItWas = this.#seal(key, fields).envelope;
    const isUndone = await this.#store.replace(key, stored.envelope, asItWas, ttlMs);
    if (isUndone || (await this.#store.read(key)) !== left.envelope) {
      await this.#store.remove(next.key);
    }
  }

  /**
   * A browser has come with its new id: from now on the old one works as long as the grace lasts.
   *
   * A logout that had read the session before it was renewed ends it under the old key. What the old
   * id has left behind never goes in another way before: where it is gone, the session is over.
   */
  async #arrive(stored: StoredSession): Promise<StoredSession | null> {
    const { predecessor = '', ...fields } = stored.fields;
    const old = await this.#open(predecessor);
    if (old === 'none') return this.#endRenewed(stored);
    try {
      const next = this.#seal(stored.key, fields);
      if (!(await this.#replace('renew', stored, next))) {
        // Another request with the new id was at it; or a logout.
        const found = await this.#read(stored.key);
        return typeof found === 'string' ? null : found;
      }
      if (old === 'refused') return next;
      const left = this.#seal(predecessor, { ...old.fields, renewedAt: this.clock.now() });
      const isLeft = await this.#replace('renew', old, left, this.lifetime.graceMs);
      return isLeft || (await this.#open(predecessor)) !== 'none' ? next : this.#endRenewed(next);
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      return stored; // it was alive just now; the next request tries again
    }
  }

  async #endRenewed({ key, fields: { userId } }: StoredSession): Promise<null> {
    await this.#remove(key);
    this.#audit('session_ended', { key, userId });
    return null;
  }

  /** Ends a session. Resolves only when the store confirmed it. */
  async end({ key, fields }: Pick<StoredSession, 'key'> & Partial<StoredSession>): Promise<void> {
    // What leads to it, while its browser has not come with the new id.
    const { predecessor } = fields ?? {};
    const ended = new Set(predecessor ? [key, predecessor] : [key]);
    for (const each of ended) {
      // It may have been renewed since it was read, and its browser have come with the new id.
      const successor = this.#successorIn(await this.#remove(each), each);
      if (successor !== undefined) ended.add(successor);
    }
    await this.#confirm({ drop: [...ended] });
    this.#audit('session_ended', { key });
  }

  /** Ends whatever there may be under an id. Resolves only when the store confirmed it. */
  async destroy(id: string): Promise<void> {
    if (isSessionId(id)) await this.end({ key: storeKey(id) });
  }

  /** The live sessions of a user, the oldest first. */
  async sessionsOf(userId: string): Promise<StoredSession[]> {
    return (await this.#list(userId)).live;
  }

  /** The live sessions of a user, the oldest first; and those that were ended, but not confirmed. */
  async #list(userId: string): Promise<{ live: StoredSession[]; unconfirmed: string[] }> {
    const keys = await this.#call('list', () => this.#store.keysOf(userId));
    const found = await Promise.all(
      keys.map(async (key) => ({ key, read: await this.#read(key) })),
    );
    const over = found.filter(({ read }) => typeof read === 'string');
    // Their end may have failed halfway: whoever tries again has to find them in the list.
    const unconfirmed = this.#store.confirm ? over.filter(({ read }) => read === 'none') : [];
    const drop = over.filter((each) => !unconfirmed.includes(each)).map(({ key }) => key);
    if (drop.length > 0) await this.#call('list', () => this.#store.keysOf(userId, { drop }));
    const live = found.flatMap(({ read }) => (typeof read === 'string' ? [] : [read]));
    // An id that was just renewed and the one before lead to the same session.
    const sessions = new Map(live.map((session) => [session.key, session]));
    return {
      live: [...sessions.values()].sort(byAge),
      unconfirmed: unconfirmed.map(({ key }) => key),
    };
  }

  /**
   * Ends the sessions of a user, one after the other. Resolves only when the store confirmed each;
   * a second try goes on where the first failed.
   *
   * @param options.only the handle of the one to end. @param options.except of the one to keep.
   * @param options.by who wants it, and why, for the log.
   * @returns how many there were.
   */
  async revoke(
    userId: string,
    options: { only?: string; except?: string | undefined; by?: string; reason: string },
  ): Promise<number> {
    const { only, except, by, reason } = options;
    const halfDone = await this.#call('list', async () => this.#store.lastEndedOf?.(userId));
    for (const key of halfDone ?? []) await this.#remove(key);
    const { live, unconfirmed } = await this.#list(userId);
    const sessions = live.filter(
      ({ fields: { handle } }) => handle !== except && (only === undefined || handle === only),
    );
    for (const { key } of sessions) {
      await this.#remove(key);
      this.#audit('session_revoked', { key, userId, reason, ...(by !== undefined && { by }) });
    }
    await this.#confirmEnds(userId, sessions, unconfirmed);
    return sessions.length;
  }

  /**
   * The newest stay, also when several logins come at once: each sees all those that were inserted
   * before it has looked, so that the last to look leaves no more than the limit.
   */
  async #endOldest(userId: string): Promise<void> {
    const { live, unconfirmed } = await this.#list(userId);
    const oldest = live.slice(0, -this.#limitPerUser);
    for (const { key } of oldest) {
      await this.#remove(key);
      this.#audit('session_evicted', { key, userId });
    }
    await this.#confirmEnds(userId, oldest, unconfirmed);
  }

  async #confirmEnds(userId: string, ended: readonly StoredSession[], before: readonly string[]) {
    const drop = [...before, ...ended.map(({ key }) => key)];
    if (!this.#store.confirm || drop.length === 0) return;
    await this.#confirm({ drop });
    await this.#call('list', () => this.#store.keysOf(userId, { drop }));
  }

  /** Before anybody is told of it: where the store is copied to others, they have to have it. */
  async #confirm(change: KeyChange, userId?: string): Promise<void> {
    if (!this.#store.confirm) return;
    await this.#call('confirm', async () => this.#store.confirm?.(change, userId));
  }

  /** Reads a live session, and removes it if it is over. */
  async #read(key: string): Promise<StoredSession | 'none' | 'refused'> {
    const found = await this.#open(key);
    if (typeof found === 'string') return found;
    const { successor, userId } = found.fields;
    if (successor !== undefined) return this.#follow(found, successor);
    const verdict = judge(found.fields, this.lifetime, this.clock.now());
    if (verdict === 'alive') return found;
    await this.#remove(key);
    this.#audit('session_expired', { key, userId, reason: verdict });
    return 'refused';
  }

  /** Goes on where the old id of a renewed session leads, as long as it may. */
  async #follow(
    { key, fields: { renewedAt = 0, userId } }: StoredSession,
    successor: string,
  ): Promise<StoredSession | 'none' | 'refused'> {
    const isGraceOver = this.clock.now() >= renewedAt + this.lifetime.graceMs;
    const next = isGraceOver ? await this.#open(successor) : undefined;
    if (typeof next === 'object' && next.fields.predecessor !== key) {
      // Its browser has the new id. What is left here goes in its time, and not before: see #arrive.
      this.#audit('session_expired', { key, userId, reason: 'renewed' });
      return 'refused';
    }
    const live = await this.#read(successor);
    if (live === 'none') await this.#remove(key); // it leads nowhere
    return live;
  }

  /** Reads a record, whatever its times, and removes it if it is of no use. */
  async #open(key: string): Promise<StoredSession | 'none' | 'refused'> {
    const envelope = await this.#call('read', () => this.#store.read(key));
    if (envelope === null) return 'none';
    const opened = open(envelope, key, this.#keys);
    if (!opened.ok && opened.reason === 'unknown_key') {
      // Not removed: during a rolling change of secrets another instance can still read it.
      this.#audit('record_rejected', { key, reason: 'unknown_key' });
      return 'refused';
    }
    const fields = opened.ok ? this.#parse(opened.text) : undefined;
    if (!opened.ok || !fields) {
      // Removed, or each request of this user would meet the same broken record again.
      await this.#remove(key);
      this.#audit('record_rejected', { key, reason: opened.ok ? 'schema' : 'seal' });
      return 'refused';
    }
    return { key, fields, envelope, keyIndex: opened.keyIndex };
  }

  #successorIn(envelope: Envelope | null, key: string): string | undefined {
    if (envelope === null) return undefined;
    const opened = open(envelope, key, this.#keys);
    return opened.ok ? this.#parse(opened.text)?.successor : undefined;
  }

  #seal(key: string, changed: SessionFields): StoredSession {
    const fields = this.#schema.parse({ ...changed, lastSeenAt: this.clock.now() });
    const lost = Object.keys(changed).find((name) => !Object.hasOwn(fields, name));
    if (lost) throw new TypeError(`'${lost}' is not in the record schema: it would be lost`);
    const text = JSON.stringify(fields);
    if (Buffer.byteLength(text) > MAX_RECORD_BYTES) {
      throw new SessionTooLargeError(`the session would hold more than ${MAX_RECORD_BYTES} bytes`);
    }
    return { key, fields, envelope: seal(text, key, this.#keys[0]), keyIndex: 0 };
  }

  /** Inserts a record, lists it if it is a user's, and does what belongs to that: all or nothing. */
  async #insert(
    { key, fields, envelope }: StoredSession,
    andThen: (userId: string, keys: string[]) => Promise<void> = async () => undefined,
  ) {
    const ttlMs = this.#ttlMs(fields);
    const { userId } = fields;
    try {
      if (!(await this.#call('insert', () => this.#store.insert(key, envelope, ttlMs, userId)))) {
        throw new Error('a new session id was in use already');
      }
      if (userId === undefined) return;
      // After the insert, and not in one command with it: of several logins at once the last to look
      // has to see the others, and a list and a record are two keys.
      const keys = await this.#call('list', () => this.#store.keysOf(userId, { add: key }));
      await andThen(userId, keys);
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      this.#store.remove(key).catch(() => this.#audit('store_failed', { reason: 'undo insert' }));
      throw error;
    }
  }

  #remove(key: string): Promise<string | null> {
    return this.#call('remove', () => this.#store.remove(key));
  }

  #replace(
    operation: string,
    { key, envelope }: StoredSession,
    next: StoredSession,
    atMostMs = Number.POSITIVE_INFINITY,
  ) {
    const ttl = Math.min(this.#ttlMs(next.fields), atMostMs);
    return this.#call(operation, () => this.#store.replace(key, envelope, next.envelope, ttl));
  }

  #ttlMs(fields: SessionFields): number {
    // What an id has left behind is not touched any more: it has to last as long as the session can.
    const end = fields.successor === undefined ? expiresAt : absoluteEnd;
    const ttlMs = end(fields, this.lifetime) - this.clock.now();
    if (ttlMs <= 0) throw new SessionEndedError('the session has reached its absolute limit');
    return ttlMs;
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
      return await withinBudget(this.#budgetMs, call, operation);
    } catch (error) {
      const { message, cause } = error as Error;
      const why = cause instanceof Error ? cause.message : message;
      this.#audit('store_failed', { reason: `${operation}: ${why}` });
      throw error;
    }
  }
}

// Two logins in one millisecond: every instance must come to the same order.
function byAge({ fields: a }: StoredSession, { fields: b }: StoredSession): number {
  return a.createdAt - b.createdAt || (a.handle < b.handle ? -1 : 1);
}
