import type { SentCookie } from './session-cookie.ts';

// By request, in Express, or context, in Koa: the guard in front of the session writes it, those
// behind it read it.
const cookies = new WeakMap<object, SentCookie>();

/** What the session cookie of a request was found to be. */
export function sentCookie(request: object): SentCookie {
  return cookies.get(request) ?? {};
}

export function rememberSentCookie(request: object, cookie: SentCookie): void {
  cookies.set(request, cookie);
}

/** The id in the cookie of this request, if we signed it; whether there is such a session or not. */
export function verifiedId(request: object): string | undefined {
  return sentCookie(request).verifiedId;
}
