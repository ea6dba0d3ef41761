import type { Request, Response } from 'express';
import type { SessionData } from 'express-session';
import { clearingCookie } from '../cookie-policy.ts';
import { csrfToken } from '../csrf.ts';
import { freshFields, type Identity, identityFields } from '../identity.ts';
import { carriedOver } from '../live-session.ts';
import type { SessionFields } from '../record.ts';
import { CLEAR_SITE_DATA } from '../security-headers.ts';
import { sentCookie, verifiedId } from '../sent-cookie.ts';
import { isFresh, reauthenticationProblem, type SessionView, viewOf } from '../session-view.ts';
import { changeId, dataOf, forgetSession, storeOf } from './session-store.ts';

/** What makes a session this session: never carried over into another. */
type Reserved = keyof SessionFields | 'cookie';

/**
 * Makes the session of this request the session of a user whose credentials were just verified.
 *
 * new id → carry over the listed keys → identity last → save → and only then may the caller answer.
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
export async function logIn(
  req: Request,
  user: Identity,
  options: {
    carryOver?: readonly Exclude<keyof SessionData, Reserved>[];
    remember?: boolean | undefined;
  } = {},
): Promise<void> {
  const store = storeOf(req);
  const { carryOver = [], remember } = options;
  const kept = carriedOver(req.session, user.id, carryOver);
  const userAgent = req.headers['user-agent'];
  await changeId(req, {
    ...kept,
    ...identityFields(user, store.hardened, { userAgent, remember }),
  });
  store.audit('login_succeeded', { key: store.keyOf(req), userId: user.id });
}

/**
 * Notes that the user has just given the password again: a new id, the absolute limit begins anew,
 * and for a short while sensitive changes are allowed (ASVS 5.0 7.2.4, 7.5.1).
 *
 * @throws StoreUnavailableError
 */
export async function elevate(req: Request): Promise<void> {
  const store = storeOf(req);
  await changeId(req, { ...dataOf(req.session), ...freshFields(store.hardened) });
  store.audit('reauthenticated', { key: store.keyOf(req), userId: req.session.userId });
}

/** @throws Problem 403 `reauth_required` unless the password was given a short while ago. */
export function requireFresh(req: Request): void {
  if (!isFresh(req.session, storeOf(req).hardened.clock.now())) throw reauthenticationProblem();
}

/**
 * Ends the session and clears its cookie. Resolves only after the store confirmed it: "goodbye" for
 * a session that still works is the worst answer a logout can give.
 *
 * @throws StoreUnavailableError The cookie stays, so that the user can try again.
 */
export async function logOut(req: Request, res: Response): Promise<void> {
  const store = storeOf(req);
  const { userId } = req.session;
  const key = store.keyOf(req);
  // Also when it could not be read here: an instance that has another secret may still know it.
  const sent = verifiedId(req);
  if (key) {
    await store.end(req);
    store.audit('logged_out', { key, userId });
  } else if (sent) {
    await store.hardened.destroy(sent);
  }
  forgetSession(req);
  delete sentCookie(req).send;
  res.append('Set-Cookie', clearingCookie(store.cookie));
  res.set('Clear-Site-Data', CLEAR_SITE_DATA);
}

/** The CSRF token of this request's session; undefined while there is none in the store. */
export function csrfTokenOf(req: Request): string | undefined {
  const { handle } = req.session ?? {};
  return handle === undefined ? undefined : csrfToken(storeOf(req).keys, handle);
}

/** Whether the browser sent an id that we signed, and there is no such session (any more). */
export function isSessionLost(req: Request): boolean {
  // Without a session object the store has not answered: then nobody knows.
  if (req.session === undefined) return false;
  return req.session.handle === undefined && verifiedId(req) !== undefined;
}

/** The session of this request. @throws TypeError while there is none in the store. */
export function describeSession(req: Request): SessionView {
  return viewOf(req.session, storeOf(req).hardened);
}
