import type { Request } from 'express';
import type { SentCookie } from '../session-cookie.ts';

// A file of its own: the guard in front of the session writes it, those behind it read it.
const cookies = new WeakMap<Request, SentCookie>();

/** What the session cookie of a request was found to be. */
export function sentCookie(req: Request): SentCookie {
  return cookies.get(req) ?? {};
}

export function rememberSentCookie(req: Request, cookie: SentCookie): void {
  cookies.set(req, cookie);
}

/** The id in the cookie of this request, if we signed it; whether there is such a session or not. */
export function verifiedId(req: Request): string | undefined {
  return sentCookie(req).verifiedId;
}
