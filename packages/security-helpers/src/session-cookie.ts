import type { SessionFields } from './record.ts';

/** What the `Cookie` header holds under the session cookie's name. */
export type CookieFinding = { kind: 'none' } | { kind: 'one'; value: string } | { kind: 'several' };

/**
 * Looks for the session cookie in a raw `Cookie` header.
 *
 * Parsers keep the first of two cookies with one name and drop the other, and which is first is up
 * to the sender (RFC6265bis 4.2.2): somebody who plants a cookie from a sibling host can put theirs
 * in front. So two are none.
 */
export function findSessionCookie(header: string | undefined, name: string): CookieFinding {
  const values = pairs(header).flatMap(([key, value]) => (key === name ? [value] : []));
  const [value] = values;
  if (value === undefined) return { kind: 'none' };
  return values.length === 1 ? { kind: 'one', value: decode(value) } : { kind: 'several' };
}

/** The header without any cookie of that name, or `undefined` when nothing is left. */
export function withoutCookie(header: string | undefined, name: string): string | undefined {
  const rest = pairs(header).filter(([key]) => key !== name);
  return rest.length === 0 ? undefined : rest.map(([key, value]) => `${key}=${value}`).join('; ');
}

/** What the session cookie of a request was found to be. */
export interface SentCookie {
  /** The id in it, if we signed it; whether there is such a session or not. */
  verifiedId?: string;
  /** The value, if it is none of ours. */
  refused?: string;
  /** What the browser has to get, even with an error: its cookie is not, or not for long, enough. */
  send?: { id: string; rememberUntil?: number | undefined };
}

/** For how long the browser keeps the cookie of this session, as an attribute; none: until it is closed. */
export function remembered(
  { rememberUntil }: Partial<SessionFields>,
  now: number,
): { maxAge?: number } {
  if (rememberUntil === undefined) return {};
  return { maxAge: Math.max(0, Math.floor((rememberUntil - now) / 1000)) };
}

function pairs(header: string | undefined): [name: string, value: string][] {
  return (header ?? '').split(';').flatMap((pair): [string, string][] => {
    const equals = pair.indexOf('=');
    return equals < 0 ? [] : [[pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()]];
  });
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value; // a stray % is not ours; the format check that follows refuses it
  }
}
