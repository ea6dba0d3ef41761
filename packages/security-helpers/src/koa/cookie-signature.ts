import { Buffer } from 'node:buffer';
import { equalInConstantTime, mac } from '../keys.ts';
import { isSessionId } from '../session-id.ts';

/** The cookies of a session, in Koa: the first holds the id, the second its signature. */
export function cookieNames(name: string): [id: string, signature: string] {
  return [name, `${name}.sig`];
}

/** What `new Keygrip(keys, 'sha256')` signs a cookie with, for `<name>.sig`. */
export function sign(name: string, id: string, key: string): string {
  return mac(key, `${name}=${id}`).toString('base64url');
}

/**
 * The id in a session cookie, and which key signed it (0 is the newest); undefined for anything
 * that is not an id of our format with a signature of ours.
 *
 * @param keys newest first.
 */
export function verify(
  name: string,
  { id, signature }: { id: string; signature: string },
  keys: readonly string[],
): { id: string; keyIndex: number } | undefined {
  if (!isSessionId(id)) return undefined;
  const given = Buffer.from(signature);
  const keyIndex = keys.findIndex((key) =>
    equalInConstantTime(given, Buffer.from(sign(name, id, key))),
  );
  return keyIndex < 0 ? undefined : { id, keyIndex };
}
