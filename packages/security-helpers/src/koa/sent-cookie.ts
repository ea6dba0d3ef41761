import type { SentCookie } from '../session-cookie.ts';
import type { Context } from './context.ts';

// A file of its own: the guard in front of the session writes it, those behind it read it.
const cookies = new WeakMap<Context, SentCookie>();

/** What the session cookies of a request were found to be. */
export function sentCookie(ctx: Context): SentCookie {
  return cookies.get(ctx) ?? {};
}

export function rememberSentCookie(ctx: Context, cookie: SentCookie): void {
  cookies.set(ctx, cookie);
}

/** The id in the cookie of this request, if we signed it; whether there is such a session or not. */
export function verifiedId(ctx: Context): string | undefined {
  return sentCookie(ctx).verifiedId;
}
