import { serialize } from 'cookie';

/** Name and attributes of the session cookie: one definition, for setting and for clearing. */
export interface CookiePolicy {
  readonly name: string;
  readonly attributes: Readonly<{
    httpOnly: true;
    secure: boolean;
    sameSite: 'lax';
    path: '/';
  }>;
}

/**
 * - `HttpOnly`: script that got into the page cannot read the id (ASVS 5.0 3.3.4).
 * - `SameSite=Lax`, said aloud: a browser's own default lets cross-site POSTs through for two
 *   minutes after the cookie was set (RFC6265bis 5.6.7.2).
 * - `Secure` and `__Host-` in production: no plain http, no `Domain`, only `Path=/`, so that no
 *   sibling host can plant or overwrite it (RFC6265bis 4.1.3.2, ASVS 5.0 3.3.1 and 3.3.3).
 * - No `Domain`: only this very host gets it. No `Expires`: it goes with the browser session.
 */
export function cookiePolicy(options: { name: string; production: boolean }): CookiePolicy {
  return {
    name: options.production ? `__Host-${options.name}` : options.name,
    attributes: { httpOnly: true, secure: options.production, sameSite: 'lax', path: '/' },
  };
}

/**
 * The `Set-Cookie` line that removes the session cookie. It carries the attributes it was set
 * with: a browser ignores a deletion of a `__Host-` cookie without `Secure` and `Path=/`.
 */
export function clearingCookie(policy: CookiePolicy): string {
  return serialize(policy.name, '', { ...policy.attributes, maxAge: 0, expires: new Date(0) });
}
