import { type CookiePolicy, clearingCookie } from '../cookie-policy.ts';
import { csrfToken } from '../csrf.ts';
import { freshFields, type Identity, identityFields } from '../identity.ts';
import { carriedOver } from '../live-session.ts';
import type { SessionFields } from '../record.ts';
import { CLEAR_SITE_DATA } from '../security-headers.ts';
import { sentCookie, verifiedId } from '../sent-cookie.ts';
import { remembered, type SentCookie } from '../session-cookie.ts';
import { isFresh, reauthenticationProblem, type SessionView, viewOf } from '../session-view.ts';
import type { Context, SessionMethods } from './context.ts';
import { cookieNames } from './cookie-signature.ts';
import { dataOf, storeOf } from './session-store.ts';

/** What makes a session this session: never carried over into another. */
type Reserved = keyof SessionFields | keyof SessionMethods;

/**
 * Makes the session of this request the session of a user whose credentials were just verified.
 *
 * clear → carry over the listed keys → identity last → new id, saved → and only then may the caller
 * answer. In koa-session, only `regenerate()` gives a new id: a new object in `ctx.session`, or
 * null and then a new object, keeps the old one (issue 113). And `regenerate()` takes all data
 * along, so that clearing comes first.
 *
 * An id that was known before the login, to whoever planted it, is dead afterwards (session
 * fixation; ASVS 5.0 7.2.4), and of the old session nothing is left that was not listed: neither
 * what an attacker put there, nor what belonged to another user. When any step fails there is no
 * logged-in session and no cookie.
 *
 * @param options.carryOver keys that survive, for instance a shopping cart, unless the old session
 *   was that of another user.
 * @param options.remember whether the browser shall keep the cookie when it is closed. The session
 *   ends no later for that.
 * @throws StoreUnavailableError when the store cannot confirm the removal or the new record.
 */
export async function logIn<C extends Context>(
  ctx: C,
  user: Identity,
  options: {
    carryOver?: readonly Exclude<keyof C['session'], Reserved>[];
    remember?: boolean | undefined;
  } = {},
): Promise<void> {
  const store = storeOf(ctx);
  const { carryOver = [], remember } = options;
  const kept = carriedOver(ctx.session ?? {}, user.id, carryOver);
  const userAgent = ctx.headers['user-agent'];
  await changeId(ctx, {
    ...kept,
    ...identityFields(user, store.hardened, { userAgent, remember }),
  });
  store.audit('login_succeeded', { key: store.keyOf(ctx), userId: user.id });
}

/**
 * Notes that the user has just given the password again: a new id, the absolute limit begins anew,
 * and for a short while sensitive changes are allowed (ASVS 5.0 7.2.4, 7.5.1).
 *
 * @throws StoreUnavailableError
 */
export async function elevate(ctx: Context): Promise<void> {
  const store = storeOf(ctx);
  await changeId(ctx, { ...dataOf(ctx.session.toJSON()), ...freshFields(store.hardened) });
  store.audit('reauthenticated', { key: store.keyOf(ctx), userId: ctx.session.userId });
}

/**
 * Gives the session of this request a new id, now. The old id is dead: there is no time in which
 * both work.
 *
 * @param fields what is in it from then on.
 * @throws StoreUnavailableError when the store cannot confirm the removal or the new record.
 */
export async function changeId(ctx: Context, fields: object): Promise<void> {
  const store = storeOf(ctx);
  delete sentCookie(ctx).send; // that id is over, too
  try {
    ctx.session = fields; // in memory, until the next line
    await ctx.session.regenerate(); // removes the old record, inserts this one under a new id
    const { rememberUntil } = ctx.session;
    const id = store.idOf(ctx);
    if (id && rememberUntil !== undefined) setCookie(ctx, { id, rememberUntil });
  } catch (error) {
    store.discardChanges(ctx);
    unsetSessionCookie(ctx, store.cookie); // regenerate() has begun with clearing it
    throw error;
  }
}

/** @throws Problem 403 `reauth_required` unless the password was given a short while ago. */
export function requireFresh(ctx: Context): void {
  const now = storeOf(ctx).hardened.clock.now();
  if (!isFresh(ctx.session ?? {}, now)) throw reauthenticationProblem();
}

/**
 * Ends the session and clears its cookies. Resolves only after the store confirmed it: "goodbye" for
 * a session that still works is the worst answer a logout can give.
 *
 * @throws StoreUnavailableError The cookies stay, so that the user can try again.
 */
export async function logOut(ctx: Context): Promise<void> {
  const store = storeOf(ctx);
  const key = store.keyOf(ctx);
  const { userId } = ctx.session ?? {};
  // Also when it could not be read here: an instance that has another secret may still know it.
  const sent = verifiedId(ctx);
  if (key) {
    await store.end(ctx);
    store.audit('logged_out', { key, userId });
  } else if (sent) {
    await store.hardened.destroy(sent);
  }
  store.forget(ctx);
  delete sentCookie(ctx).send;
  ctx.session = null;
  unsetSessionCookie(ctx, store.cookie);
  for (const name of cookieNames(store.cookie.name)) {
    ctx.append('Set-Cookie', clearingCookie({ ...store.cookie, name }));
  }
  ctx.set('Clear-Site-Data', CLEAR_SITE_DATA);
}

/**
 * Saves the session now. What is left unsaved when a request succeeds is saved then, still before
 * the answer; but then the handler cannot put into its answer what only a save brings, such as the
 * token of a new session.
 *
 * @throws StoreUnavailableError | SessionEndedError
 * @throws SessionChangedError when another request has changed the same key meanwhile.
 */
export function saveSession(ctx: Context): Promise<void> {
  return storeOf(ctx).save(ctx);
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
 * @example await changeSession(ctx, (data) => { data.visits = (data.visits ?? 0) + 1; });
 */
export function changeSession<C extends Context>(
  ctx: C,
  // Not `void`: that would let an async function pass, too late to be saved.
  change: (data: Omit<C['session'], keyof SessionMethods>) => undefined,
): Promise<void> {
  return storeOf(ctx).change(ctx, change as (data: object) => void);
}

/** The CSRF token of this request's session; undefined while there is none in the store. */
export function csrfTokenOf(ctx: Context): string | undefined {
  const { handle } = ctx.session ?? {};
  return handle === undefined ? undefined : csrfToken(storeOf(ctx).keys, handle);
}

/** Whether the browser sent an id that we signed, and there is no such session (any more). */
export function isSessionLost(ctx: Context): boolean {
  return verifiedId(ctx) !== undefined && storeOf(ctx).isLost(ctx);
}

/** The session of this request. @throws TypeError while there is none in the store. */
export function describeSession(ctx: Context): SessionView {
  return viewOf(ctx.session ?? {}, storeOf(ctx).hardened);
}

/** Sends a cookie with this id, for as long as its user wanted to be remembered. */
export function setCookie(ctx: Context, send: NonNullable<SentCookie['send']>): void {
  if (ctx.headerSent) return;
  const { cookie, hardened } = storeOf(ctx);
  const { maxAge } = remembered(send, hardened.clock.now());
  const lasting = maxAge === undefined ? {} : { maxAge: maxAge * 1000 };
  const options = { ...cookie.attributes, ...lasting, signed: true, overwrite: true };
  ctx.cookies.set(cookie.name, send.id, options);
}

/** Takes back what this answer would have set of the session cookies; others stay. */
export function unsetSessionCookie(ctx: Context, { name }: CookiePolicy): void {
  if (ctx.headerSent) return;
  const names = cookieNames(name).map((cookie) => `${cookie}=`);
  const lines = [ctx.response.get('Set-Cookie') ?? []].flat();
  const others = lines.filter((line) => !names.some((start) => line.startsWith(start)));
  ctx.remove('Set-Cookie');
  if (others.length > 0) ctx.set('Set-Cookie', others);
}
