import { callbackify, promisify } from 'node:util';
import type { Request } from 'express';
import session, { type SessionData } from 'express-session';
import type { Audit } from '../audit.ts';
import type { CookiePolicy } from '../cookie-policy.ts';
import { HardenedStore, type HardenedStoreOptions, type StoredSession } from '../hardened-store.ts';
import type { SessionKeys } from '../keys.ts';
import { copyOf, isUnchanged, takeOver, toSend } from '../live-session.ts';
import type { SessionFields } from '../record.ts';
import { sentCookie } from '../sent-cookie.ts';
import { remembered } from '../session-cookie.ts';
import { newSessionId, storeKey } from '../session-id.ts';

declare module 'express-session' {
  // What `newFields` and `logIn` set; absent until a session is first saved.
  interface SessionData extends Partial<SessionFields> {}
}

export interface SessionStoreOptions extends Omit<HardenedStoreOptions, 'keys'> {
  cookie: CookiePolicy;
  keys: SessionKeys;
}

type Live = Partial<SessionData> & object;
// Not `void`: that would let an async function pass, too late to be saved.
type Change = (data: Omit<Live, 'cookie'>) => undefined;

/**
 * Puts the hardened store behind the interface that express-session expects.
 *
 * Which sessions came from the store is remembered by object: that decides between insert and
 * update, and it is what makes a session that was ended meanwhile stay ended.
 */
export class SessionStore extends session.Store {
  readonly cookie: CookiePolicy;
  readonly keys: SessionKeys;
  readonly audit: Audit;
  readonly hardened: HardenedStore;
  readonly #stored = new WeakMap<object, StoredSession>();
  /** express-session sets it: it makes `req.session` anew. */
  declare generate: (req: Request) => void;

  constructor({ cookie, keys, ...options }: SessionStoreOptions) {
    super();
    this.cookie = cookie;
    this.keys = keys;
    this.audit = options.audit;
    this.hardened = new HardenedStore({ ...options, keys: keys.seal });
  }

  /** Whether this session is in the store, as far as this request knows. */
  isStored(live: object | undefined): boolean {
    return live !== undefined && this.#stored.has(live);
  }

  /** Whether this session holds nothing but what the store holds. */
  isUnchanged(live: Live): boolean {
    return isUnchanged(dataOf(live), this.#stored.get(live));
  }

  override get = callbackify(async (id: string): Promise<SessionData | null> => {
    const found = await this.hardened.load(id);
    if (!found) return null;
    // Here, and not in a `touch`: express-session calls that at the end of each request, due or not,
    // and holds the last byte of the answer back for it, in a second packet. An expiry that cannot be
    // pushed is no error of the request; the store's failure is in the audit log already.
    const stored = await this.hardened.touch(found).catch(() => found);
    // The cookie's attributes come from today's configuration, not from the record: whoever can
    // write a record cannot take HttpOnly away, and a stricter policy reaches live sessions
    // (express-session issue 1077).
    const cookie = { ...this.cookie.attributes, originalMaxAge: null, expires: null };
    // A copy: what a handler changes in place, a list for instance, must not change what we
    // remember of the store with it, or it would pass for unchanged and be lost.
    const data: SessionData = { ...copyOf(stored.fields), cookie };
    this.#stored.set(data, stored);
    return data;
  });

  override createSession(req: Request, data: SessionData) {
    const live = super.createSession(req, data);
    const stored = this.#stored.get(data);
    if (stored) this.#stored.set(live, stored);
    return live;
  }

  override set = callbackify(async (id: string, live: SessionData): Promise<void> => {
    // express-session saves once more at the end of a request that has regenerated and saved
    // (issue 935), and with `resave` always: no second command for the same contents.
    if (this.isUnchanged(live)) return;
    const before = this.#stored.get(live);
    if (before) return this.#update(live, before);
    const sent = toSend(dataOf(live), this.hardened.clock.now());
    const stored = await this.hardened.insert(id, sent);
    this.#stored.set(live, stored);
    takeOver(live, sent, stored.fields);
  }) as session.Store['set'];

  override destroy(id: string, callback: (error?: unknown) => void = () => undefined): void {
    callbackify(() => this.hardened.destroy(id))(callback);
  }

  /** @see changeSession */
  async change(req: Request, change: Change): Promise<void> {
    const stored = this.#stored.get(req.session);
    if (stored) return this.#update(req.session, stored, change);
    change(req.session);
    await saveSession(req);
  }

  async #update(live: Live, before: StoredSession, change?: Change): Promise<void> {
    const sent = toSend(dataOf(live), this.hardened.clock.now());
    const stored = await this.hardened.update(before, sent, change);
    this.#stored.set(live, stored);
    takeOver(live, sent, stored.fields);
  }

  /** Ends the session of a request, under whatever id it is kept. Nothing to do while there is none. */
  async end(req: Request): Promise<void> {
    const stored = this.#stored.get(req.session);
    if (stored) await this.hardened.end(stored);
  }

  /** The session is ended, or there is no new one: as inherited, an id would be made in any case. */
  override regenerate(req: Request, callback: (error?: unknown) => void): void {
    callbackify(async () => {
      await this.end(req);
      this.generate(req);
    })(callback);
  }

  /** @returns the new id of this session, if it was time for one. */
  async renew(live: Live): Promise<string | undefined> {
    const stored = this.#stored.get(live);
    if (!stored || !this.hardened.isRenewalDue(stored)) return undefined;
    const id = newSessionId();
    const current = await this.hardened.renew(stored, id);
    this.#stored.set(live, current);
    takeOver(live, stored.fields, current.fields);
    return current.key === storeKey(id) ? id : undefined;
  }

  /** Where the session of a request is kept; undefined while it is not. For the log. */
  keyOf(req: Request): string | undefined {
    return this.#stored.get(req.session)?.key;
  }
}

/** Our store of a request. Its middleware has to be in front. */
export function storeOf(req: Request): SessionStore {
  if (req.sessionStore instanceof SessionStore) return req.sessionStore;
  throw new TypeError('express-session with a SessionStore of security-helpers has to come first');
}

/**
 * Saves the session now, so that the answer can tell whether it worked. What express-session saves
 * by itself at the end of a request is saved after the status line went out: a store that fails then
 * leaves a 200 and a cookie (express-session issue 538).
 *
 * @throws StoreUnavailableError | SessionEndedError
 * @throws SessionChangedError when another request has changed the same key meanwhile.
 */
export async function saveSession(req: Request): Promise<void> {
  await promisify<void>((done) => req.session.save(done))();
}

/**
 * Changes the session as it is in the store now, and saves it: the way to change what depends on
 * what is there, such as a list or a count. Read, changed and written without that, it would be lost
 * when two requests do it at once (express-session issue 361).
 *
 * @param change changes the data in place; what it throws is thrown, and nothing is saved. It is
 *   called again when another request was faster, so it has to do nothing else.
 * @throws StoreUnavailableError | SessionEndedError
 * @throws SessionChangedError when other requests were faster again and again.
 * @example await changeSession(req, (data) => { data.visits = (data.visits ?? 0) + 1; });
 */
export async function changeSession(req: Request, change: Change): Promise<void> {
  await storeOf(req).change(req, change);
}

/**
 * Gives the session of this request a new id, now, and keeps what is in it. The old id is dead: there
 * is no time in which both work.
 *
 * @param fields what is in it from then on.
 * @throws StoreUnavailableError when the store cannot confirm the removal or the new record; then
 *   the request has no session.
 */
export async function changeId(req: Request, fields: object = dataOf(req.session)): Promise<void> {
  try {
    await startAnew(req);
    Object.assign(req.session, fields);
    const { maxAge } = remembered(req.session, storeOf(req).hardened.clock.now());
    if (maxAge !== undefined) req.session.cookie.maxAge = maxAge * 1000;
    await saveSession(req);
  } catch (error) {
    forgetSession(req);
    throw error;
  }
}

/** Ends the session of this request, which goes on with a new id and nothing in it. */
export async function startAnew(req: Request): Promise<void> {
  delete sentCookie(req).send; // that id is over, too
  await promisify<void>((done) => req.session.regenerate(done))();
}

/** Drops what a failed request has changed, so that nothing of it is saved at its end. */
export function discardChanges(req: Request): void {
  const { session: live, sessionStore } = req;
  if (live && sessionStore instanceof SessionStore && !sessionStore.isUnchanged(live)) {
    forgetSession(req);
  }
}

/** Without a session object, express-session neither saves nor sets a cookie. */
export function forgetSession(req: Request): void {
  Reflect.deleteProperty(req, 'session');
}

export function dataOf({ cookie: _cookie, ...data }: Live): Partial<SessionFields> {
  return data;
}
