import type { Audit } from '../audit.ts';
import type { CookiePolicy } from '../cookie-policy.ts';
import type { SessionKeys } from '../keys.ts';
import { toProblem } from '../problem.ts';
import { rememberSentCookie } from '../sent-cookie.ts';
import { findSessionCookie, type SentCookie, withoutCookie } from '../session-cookie.ts';
import type { Context, Middleware } from './context.ts';
import { cookieNames, sign, verify } from './cookie-signature.ts';
import { logOut, setCookie, unsetSessionCookie } from './log-in.ts';
import { findStore, storeOf } from './session-store.ts';

/**
 * Goes around koa-session: judges the session cookies before it sees them, and finishes the session
 * when everything behind it is done, but before the answer.
 *
 * Two cookies of a name, a wrong signature or anything that is not an id of ours: the request goes
 * on without a session, and the store is not asked. Nothing is cleared then: this answer may
 * overtake that of a login that has just set a new one, and after a planted twin, clearing ours
 * would leave the planted one alone in the browser.
 *
 * A request that succeeded: its changes are saved, or else the expiry is pushed if that is due; a
 * cookie signed with an older secret is signed anew, so that the old secret can be dropped later.
 * A request that failed: nothing of it is saved, and no cookie is set.
 */
export function sessionCookie(policy: CookiePolicy, keys: SessionKeys, audit: Audit): Middleware {
  const names = cookieNames(policy.name);
  return async (ctx, next) => {
    const { headers } = ctx.req;
    const found = find(headers.cookie, names);
    const verified = found && verify(policy.name, found, keys.cookie);
    if (found) {
      for (const name of names) headers.cookie = withoutCookie(headers.cookie, name);
    }
    const cookie: SentCookie = {};
    rememberSentCookie(ctx, cookie);
    if (found && !verified) {
      audit('cookie_rejected', { reason: found.reason });
      cookie.refused = found.id;
    }
    if (verified) {
      cookie.verifiedId = verified.id;
      // koa-session reads what was verified here, to the letter, and finds the newest signature.
      // By an older one, it would set the `.sig` cookie by itself, without SameSite and Secure.
      const isNewest = verified.keyIndex === 0;
      const signature = isNewest ? found.signature : sign(policy.name, verified.id, keys.cookie[0]);
      const pairs = [`${names[0]}=${verified.id}`, `${names[1]}=${signature}`];
      headers.cookie = [headers.cookie ?? [], pairs].flat().join('; ');
    }
    try {
      await next();
      await finish(ctx);
      const isOld = (verified?.keyIndex ?? 0) > 0 && storeOf(ctx).idOf(ctx) === verified?.id;
      if (isOld && verified && !cookie.send)
        cookie.send = { id: verified.id, rememberUntil: ctx.session.rememberUntil };
      if (cookie.send) setCookie(ctx, cookie.send);
    } catch (error) {
      await abandon(ctx, policy, error);
      if (cookie.send) setCookie(ctx, cookie.send);
      throw error;
    }
  };
}

async function finish(ctx: Context): Promise<void> {
  const store = storeOf(ctx);
  if (ctx.session === null) {
    // `ctx.session = null` is how a logout is written for koa-session.
    if (store.idOf(ctx) !== undefined) await logOut(ctx);
  } else if (store.isChanged(ctx)) {
    await store.save(ctx);
  } else {
    await store.touch(ctx);
  }
}

async function abandon(ctx: Context, policy: CookiePolicy, error: unknown): Promise<void> {
  unsetSessionCookie(ctx, policy);
  const store = findStore(ctx);
  store?.discardChanges(ctx);
  // Its user was here, even if the request was wrong.
  if (toProblem(error).status < 500) await store?.touch(ctx);
}

interface Found {
  id: string;
  signature: string;
  /** Why it is refused, if it is not ours. */
  reason: 'signature' | 'duplicate';
}

function find(header: string | undefined, names: readonly [string, string]): Found | undefined {
  const [id, signature] = [
    findSessionCookie(header, names[0]),
    findSessionCookie(header, names[1]),
  ];
  if (id.kind === 'none') return undefined;
  if (id.kind === 'several' || signature.kind === 'several') {
    return { id: '', signature: '', reason: 'duplicate' };
  }
  const given = signature.kind === 'one' ? signature.value : '';
  return { id: id.value, signature: given, reason: 'signature' };
}
