import { Problem } from './problem.ts';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Methods that must not change anything (RFC 9110 9.2.1), and so need no token. */
export function isSafeMethod(method: string): boolean {
  return SAFE_METHODS.has(method);
}

/** The request headers that tell where a request comes from. */
export interface OriginHeaders {
  'sec-fetch-site'?: string | string[] | undefined;
  origin?: string | string[] | undefined;
}

/**
 * Whether a request may change something, by where a browser says it comes from. A login needs no
 * session, so no token protects it: this is what stops login CSRF.
 *
 * - `Sec-Fetch-Site` cannot be set by a page. `same-origin` and `none` (the user typed or bookmarked
 *   it) pass; `same-site` does not, since a sibling host is somebody else; nor does a value that is
 *   not known yet.
 * - Without it, `Origin` has to be one of ours to the letter: the *configured* one, never what
 *   `Host` or `X-Forwarded-Host` claim, because those come with the request.
 * - Without both, the caller is no browser, and so carries nobody's cookies by accident.
 *
 * Sources: W3C Fetch Metadata, OWASP CSRF cheat sheet.
 */
export function isAllowedOrigin(
  method: string,
  headers: OriginHeaders,
  origins: readonly string[],
): boolean {
  if (isSafeMethod(method)) return true;
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const { origin } = headers;
  return origin === undefined || (typeof origin === 'string' && origins.includes(origin));
}

/**
 * The origins that are ours.
 *
 * @param publicOrigin the configured one. Without it, in development, loopback under its three
 *   names at the port that the request came in on.
 */
export function allowedOrigins(
  publicOrigin: string | undefined,
  localPort: number | undefined,
): string[] {
  if (publicOrigin !== undefined) return [publicOrigin];
  const port = localPort === 80 ? '' : `:${localPort}`; // browsers leave the default one out
  return ['127.0.0.1', 'localhost', '[::1]'].map((host) => `http://${host}${port}`);
}

/** The answer to a change that another site asked for. */
export function originProblem(): Problem {
  return new Problem(403, 'cross_origin', 'Requests from other sites are not accepted.');
}
