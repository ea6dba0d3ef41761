import type { CreateSessionOptions } from 'koa-session';
import type { Audit } from '../audit.ts';
import type { CookiePolicy } from '../cookie-policy.ts';
import {
  HardenedStore,
  type HardenedStoreOptions,
  SessionEndedError,
  type StoredSession,
} from '../hardened-store.ts';
import type { SessionKeys } from '../keys.ts';
import { copyOf, isUnchanged, takeOver, toSend } from '../live-session.ts';
import type { SessionFields } from '../record.ts';
import { newSessionId, storeKey } from '../session-id.ts';
import type { Context } from './context.ts';

type KoaStore = NonNullable<CreateSessionOptions['store']>;

export interface SessionStoreOptions extends Omit<HardenedStoreOptions, 'keys'> {
  cookie: CookiePolicy;
  keys: SessionKeys;
}

type Change = (data: Partial<SessionFields>) => void;

/** What is known of the session of a request. */
interface Known {
  /** `ctx.session.externalKey` still names the old id after `regenerate()`; this is the real one. */
  id: string;
  /** As the store holds it; undefined while, or once, it does not. */
  stored: StoredSession | undefined;
  /** The browser sent an id of ours, and the store has no such session (any more). */
  lost: boolean;
}

/**
 * Puts the hardened store behind the interface that koa-session expects.
 *
 * koa-session writes with `set` whatever it is that is written. What came from the store is
 * remembered by request: that decides between insert and update, and it is what makes a session
 * that was ended meanwhile stay ended.
 */
export class SessionStore implements KoaStore {
  readonly cookie: CookiePolicy;
  readonly keys: SessionKeys;
  readonly audit: Audit;
  readonly hardened: HardenedStore;
  readonly #known = new WeakMap<Context, Known>();
  /** Ids that are not to be written again by a request: it has ended them. */
  readonly #ended = new WeakMap<Context, Set<string>>();

  constructor({ cookie, keys, ...options }: SessionStoreOptions) {
    this.cookie = cookie;
    this.keys = keys;
    this.audit = options.audit;
    this.hardened = new HardenedStore({ ...options, keys: keys.seal });
  }

  // ── What koa-session calls ────────────────────────────────────────────────────────────────────

  async get(id: string, _maxAge: number, { ctx }: { ctx?: Context }): Promise<object | undefined> {
    const stored = (await this.hardened.load(id)) ?? undefined;
    if (ctx) this.#known.set(ctx, { id, stored, lost: stored === undefined });
    // A copy: what a handler changes in place, a list for instance, must not change what we
    // remember of the store with it, or it would pass for unchanged and be lost.
    return stored && copyOf(stored.fields);
  }

  async set(id: string, data: object, _maxAge: number, { ctx }: { ctx?: Context }): Promise<void> {
    if (!ctx) throw new TypeError('a session is saved within a request only');
    const known = this.#known.get(ctx);
    await this.#write(ctx, known?.id === id ? known : { id, stored: undefined, lost: false }, data);
  }

  /** Asks the store to remove only what was ever in it: each visitor has an id, few a session. */
  async destroy(id: string, { ctx }: { ctx?: Context }): Promise<void> {
    if (ctx && this.idOf(ctx) === id) await this.end(ctx);
  }

  // ── What the guards call ──────────────────────────────────────────────────────────────────────

  /** Ends the session of a request, under whatever id it is kept. Nothing to do while there is none. */
  async end(ctx: Context): Promise<void> {
    const stored = this.#known.get(ctx)?.stored;
    if (!stored) return;
    await this.hardened.end(stored);
    this.forget(ctx);
  }

  /** @returns the new id of this request's session, if it was time for one. */
  async renew(ctx: Context): Promise<string | undefined> {
    const known = this.#known.get(ctx);
    if (!known?.stored || !this.hardened.isRenewalDue(known.stored)) return undefined;
    const id = newSessionId();
    const current = await this.hardened.renew(known.stored, id);
    // koa-session goes on with the old id, as does a request that comes with it a moment later.
    takeOver(ctx.session, known.stored.fields, current.fields);
    known.stored = current;
    return current.key === storeKey(id) ? id : undefined;
  }

  /** Where the session of a request is kept; undefined while it is not. For the log. */
  keyOf(ctx: Context): string | undefined {
    return this.#known.get(ctx)?.stored?.key;
  }

  /** The id of this request's session; undefined while, or once, there is none in the store. */
  idOf(ctx: Context): string | undefined {
    const known = this.#known.get(ctx);
    return known?.stored && known.id;
  }

  /** Whether the store was asked for the session of this request. */
  wasAsked(ctx: Context): boolean {
    return this.#known.has(ctx);
  }

  isLost(ctx: Context): boolean {
    return this.#known.get(ctx)?.lost ?? false;
  }

  /**
   * Saves a session; without a command when the store holds just that. koa-session's own `save()`
   * would also send the cookie again: an answer that is overtaken by that of a login, in another
   * window, would then put the ended session back into the browser.
   */
  async save(ctx: Context): Promise<void> {
    if (!ctx.session) throw new SessionEndedError('this request has ended its session');
    const known = this.#known.get(ctx);
    if (known?.stored) await this.#write(ctx, known, ctx.session.toJSON());
    else await ctx.session.save();
  }

  /** Whether this session holds anything that the store does not. */
  isChanged(ctx: Context): boolean {
    if (!ctx.session) return false;
    const data = dataOf(ctx.session.toJSON());
    const { stored } = this.#known.get(ctx) ?? {};
    return stored ? !isUnchanged(data, stored) : Object.keys(data).length > 0;
  }

  /** Makes a session what the store holds of it. */
  discardChanges(ctx: Context): void {
    ctx.session = copyOf(this.#known.get(ctx)?.stored?.fields ?? {});
  }

  /** Pushes the expiry, when that is due. */
  async touch(ctx: Context): Promise<void> {
    const known = this.#known.get(ctx);
    if (!known?.stored) return;
    // The request itself succeeded: an expiry that could not be pushed must not turn it into an
    // error. The store's failure is in the audit log already.
    known.stored = await this.hardened.touch(known.stored).catch(() => known.stored);
  }

  /** The session of this request is over. */
  forget(ctx: Context, { lost = false } = {}): void {
    const known = this.#known.get(ctx);
    if (!known) return;
    this.#known.set(ctx, { id: known.id, stored: undefined, lost });
    this.#markEnded(ctx, known.id);
  }

  #markEnded(ctx: Context, id: string): void {
    this.#ended.set(ctx, (this.#ended.get(ctx) ?? new Set()).add(id));
  }

  /** @see changeSession */
  async change(ctx: Context, change: Change): Promise<void> {
    if (!ctx.session) throw new SessionEndedError('this request has ended its session');
    const known = this.#known.get(ctx);
    if (known?.stored) return this.#write(ctx, known, ctx.session.toJSON(), change);
    change(ctx.session);
    await this.save(ctx);
  }

  async #write(ctx: Context, known: Known, live: object, change?: Change): Promise<void> {
    const { id, stored } = known;
    // `ctx.session = {…}` after a logout goes on under the id that was ended (koa-session issue 113).
    if (this.#ended.get(ctx)?.has(id)) {
      throw new SessionEndedError('this request has ended the session with this id');
    }
    const data = dataOf(live);
    if (!change && isUnchanged(data, stored)) return;
    const sent = toSend(data, this.hardened.clock.now());
    this.#known.set(ctx, known);
    try {
      known.stored = stored
        ? await this.hardened.update(stored, sent, change)
        : await this.hardened.insert(id, sent);
    } catch (error) {
      if (!stored) this.#markEnded(ctx, id); // whether it was written or not, it is being removed
      if (error instanceof SessionEndedError) this.forget(ctx, { lost: true });
      throw error;
    }
    if (ctx.session) takeOver(ctx.session, sent, known.stored.fields);
  }
}

/** What is data in a session: names with a `_` are koa-session's own, such as `_expire`. */
export function dataOf(live: object): object {
  return Object.fromEntries(Object.entries(live).filter(([name]) => !name.startsWith('_')));
}

/** Our store of a request. @throws TypeError where koa-session is not set up for it. */
export function storeOf(ctx: Context): SessionStore {
  const store = findStore(ctx);
  if (!store) {
    throw new TypeError('koa-session with a SessionStore of security-helpers has to come first');
  }
  if (optionsOf(ctx).autoCommit !== false) {
    throw new TypeError(
      'koa-session needs autoCommit: false, or it saves what a failed request did',
    );
  }
  return store;
}

export function findStore(ctx: Context): SessionStore | undefined {
  const { store } = optionsOf(ctx);
  return store instanceof SessionStore ? store : undefined;
}

function optionsOf(ctx: Context): CreateSessionOptions {
  return (ctx as { sessionOptions?: CreateSessionOptions }).sessionOptions ?? {};
}
