/**
 * Headers of every answer.
 *
 * - `no-store`: no cache, and no back button after a logout, may show what depends on a session
 *   (ASVS 5.0 14.3.2).
 * - CSP: nothing runs on the page, forms go only to us, nobody frames it (ASVS 5.0 3.4.3, 3.4.6).
 * - `Referrer-Policy: same-origin`, not `no-referrer`: that one turns the `Origin` of our own forms
 *   into `null`, and browsers without `Sec-Fetch-Site` could not log in any more.
 * - No `Access-Control-Allow-*` at all: no other origin may read an answer (ASVS 5.0 3.4.2).
 *
 * @param styleHash CSP hash of the page's style sheet, `sha256-…`, where there is a page.
 */
export function securityHeaders(styleHash?: string): Record<string, string> {
  const style = styleHash ? `style-src '${styleHash}'; ` : '';
  return {
    'Cache-Control': 'no-store',
    'Content-Security-Policy':
      `default-src 'none'; ${style}form-action 'self'; ` +
      "base-uri 'none'; frame-ancestors 'none'",
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
  };
}

/** A year, as browsers' preload lists ask. Only over TLS: browsers ignore it elsewhere. */
export const STRICT_TRANSPORT_SECURITY = 'max-age=31536000';

/**
 * For the answer to a logout. Not `"cookies"`: that reaches the whole registrable domain, and so
 * ends the sessions of applications on sibling hosts as well.
 */
export const CLEAR_SITE_DATA = '"cache", "storage"';
