import { isSafeMethod } from './origin-check.ts';
import { Problem } from './problem.ts';

/**
 * Where a request goes that did not arrive over TLS in production: a safe one to the public origin,
 * the configured one and not the one in `Host`. Any other has told its secrets in the clear already
 * and must fail rather than be repeated quietly.
 *
 * @param url as the request has it: path and query.
 * @throws Problem 403
 */
export function addressOverTls(method: string, url: string, publicOrigin: string | undefined) {
  if (!isSafeMethod(method) || !URL.canParse(url, publicOrigin)) {
    throw new Problem(403, 'tls_required', 'This request must be sent over https.');
  }
  const { pathname, search } = new URL(url, publicOrigin);
  return `${publicOrigin}${pathname}${search}`;
}
