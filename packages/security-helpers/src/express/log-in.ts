import { promisify } from 'node:util';
import type { Request, Response } from 'express';
import type { SessionData } from 'express-session';
import { clearingCookie } from '../cookie-policy.ts';
import { csrfToken } from '../csrf.ts';
import { carriedOver } from '../live-session.ts';
import type { SessionFields } from '../record.ts';
import { CLEAR_SITE_DATA } from '../security-headers.ts';
import { type SessionView, viewOf } from '../session-view.ts';
import { verifiedId } from './guards.ts';
import { forgetSession, saveSession, storeOf } from './session-store.ts';

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
 * @throws StoreUnavailableError when the store cannot confirm the removal or the new record.
 */
export async function logIn(
  req: Request,
  userId: string,
  options: { carryOver?: readonly Exclude<keyof SessionData, Reserved>[] } = {},
): Promise<void> {
  const store = storeOf(req);
  const kept = carriedOver(req.session, userId, options.carryOver ?? []);
  try {
    await promisify<void>((done) => req.session.regenerate(done))();
    Object.assign(req.session, kept, { authenticatedAt: store.hardened.clock.now(), userId });
    await saveSession(req);
  } catch (error) {
    forgetSession(req);
    throw error;
  }
  store.audit('login_succeeded', { sessionId: req.session.id, userId });
}

/**
 * Ends the session and clears its cookie. Resolves only after the store confirmed it: "goodbye" for
 * a session that still works is the worst answer a logout can give.
 *
 * @throws StoreUnavailableError The cookie stays, so that the user can try again.
 */
export async function logOut(req: Request, res: Response): Promise<void> {
  const store = storeOf(req);
  const { id, userId } = req.session;
  // Also when it could not be read here: an instance that has another secret may still know it.
  const sent = verifiedId(req);
  if (store.isStored(req.session)) {
    await promisify<void>((done) => req.session.destroy(done))();
    store.audit('logged_out', { sessionId: id, userId });
  } else {
    if (sent) await store.hardened.destroy(sent);
    forgetSession(req);
  }
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
