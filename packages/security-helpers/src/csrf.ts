import { Buffer } from 'node:buffer';
import { equalInConstantTime, mac, type SessionKeys } from './keys.ts';
import { Problem } from './problem.ts';

/** A token for the session with this handle: HMAC-SHA-256, 43 base64url characters. */
export function csrfToken(keys: SessionKeys, handle: string): string {
  return mac(keys.csrf[0], handle).toString('base64url');
}

/**
 * Whether `token` was made for the session with this handle, by any current secret.
 *
 * Each session has its own handle, and a login makes a new one, so a token dies with its session
 * (OWASP CSRF cheat sheet, "HMAC based token pattern"): one that was read before the login, in
 * another session or after the logout is worthless.
 *
 * @param token whatever came in the header or the body; anything but text is refused.
 */
export function isCsrfToken(keys: SessionKeys, handle: string, token: unknown): boolean {
  if (typeof token !== 'string') return false;
  const given = Buffer.from(token);
  return keys.csrf.some((key) =>
    equalInConstantTime(given, Buffer.from(mac(key, handle).toString('base64url'))),
  );
}

/** The answer to a missing or a wrong token. */
export function csrfProblem(): Problem {
  return new Problem(
    403,
    'csrf_token',
    'The CSRF token is missing or was made for another session. Load the page again.',
  );
}
