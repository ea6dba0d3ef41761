import { Buffer } from 'node:buffer';

// No text begins with it; so what is in a store says by itself which of the two it is.
const PACKED = 0x01;
// Together they are base64url of whole bytes: `v1.<key id>.<nonce>.<ciphertext and tag>`.
const ENVELOPE = /^v1\.([\w-]{8})\.([\w-]{16})\.([\w-]+)$/;
const KEY_ID = 8;
const BODY = 8 + 16;

/**
 * A record as a store keeps it: an envelope without its base64url, which makes a third of its size.
 * Any other text, for instance the note of a session that moves, stays what it is.
 */
export function pack(record: string): Buffer {
  const [, ...parts] = ENVELOPE.exec(record) ?? [];
  const bytes = Buffer.from(parts.join(''), 'base64url');
  const packed = Buffer.concat([Buffer.of(PACKED), bytes]);
  // What base64url cannot say exactly, a forged letter at its end for instance, is not lost either.
  return parts.length > 0 && unpack(packed) === record ? packed : Buffer.from(record);
}

/** The record that a store keeps, in either form. */
export function unpack(bytes: Buffer): string {
  if (bytes[0] !== PACKED) return bytes.toString();
  const text = bytes.toString('base64url', 1);
  return `v1.${text.slice(0, KEY_ID)}.${text.slice(KEY_ID, BODY)}.${text.slice(BODY)}`;
}

/**
 * A compare-and-set, whatever form the record has in the store by now. As it is written today first;
 * else as a release before has written it, one that knew no other form.
 *
 * @param replace true: it was there, and was replaced.
 */
export async function inEitherForm(
  record: string,
  replace: (stored: Buffer) => Promise<boolean>,
): Promise<boolean> {
  const [packed, text] = [pack(record), Buffer.from(record)];
  return (await replace(packed)) || (!packed.equals(text) && replace(text));
}
