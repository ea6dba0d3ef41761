import { Buffer } from 'node:buffer';
import { equalInConstantTime, mac } from '../keys.ts';
import { isSessionId } from '../session-id.ts';

// How express-session writes a cookie: `s:<id>.<HMAC-SHA-256, base64 without padding>`.
const FORMAT = /^s:([^.]+)\.([A-Za-z0-9+/]{43})$/;

/** The value of a session cookie for this id, not yet URL-encoded. */
export function sign(id: string, key: string): string {
  return `s:${id}.${signature(id, key)}`;
}

/**
 * The id in a session cookie, and which key signed it (0 is the newest); undefined for anything
 * that is not an id of our format with a signature of ours.
 *
 * @param value URL-decoded.
 * @param keys newest first.
 */
export function verify(
  value: string,
  keys: readonly string[],
): { id: string; keyIndex: number } | undefined {
  const [, id, given] = FORMAT.exec(value) ?? [];
  if (!isSessionId(id) || given === undefined) return undefined;
  const keyIndex = keys.findIndex((key) =>
    equalInConstantTime(Buffer.from(given), Buffer.from(signature(id, key))),
  );
  return keyIndex < 0 ? undefined : { id, keyIndex };
}

function signature(id: string, key: string): string {
  return mac(key, id).toString('base64').replace('=', '');
}
