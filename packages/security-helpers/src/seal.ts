import { Buffer } from 'node:buffer';
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { SealKey } from './keys.ts';

/** `v1.<key id>.<nonce>.<ciphertext and tag>`, base64url. */
export type Envelope = string;

export type Opened =
  | { ok: true; text: string; keyIndex: number }
  | { ok: false; reason: 'unknown_key' | 'not_authentic' };

const VERSION = 'v1';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals a record with AES-256-GCM under a fresh 96-bit nonce (ASVS 5.0 11.3.2, 11.3.4).
 *
 * The store key is part of what is authenticated: a record that somebody with write access copies
 * under another session's key does not open there (ASVS 5.0 11.3.3). Neither namespace nor store
 * nor framework is, so that a record can move between stores.
 *
 * @param storeKey where the record will be kept.
 */
export function seal(text: string, storeKey: string, { id, key }: SealKey): Envelope {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(additionalData(id, storeKey));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `${VERSION}.${id}.${nonce.toString('base64url')}.${sealed.toString('base64url')}`;
}

/**
 * Opens an envelope with the key that it names.
 *
 * @param keys newest first; `keyIndex` 0 in the answer means "sealed with the newest".
 * @returns why not, rather than an error: a record that does not open is "no session".
 */
export function open(envelope: Envelope, storeKey: string, keys: readonly SealKey[]): Opened {
  const [version, id, nonce, body, ...rest] = envelope.split('.');
  if (version !== VERSION || !id || !nonce || !body || rest.length > 0) {
    return { ok: false, reason: 'not_authentic' };
  }
  const keyIndex = keys.findIndex((key) => key.id === id);
  const key = keys[keyIndex];
  if (!key) return { ok: false, reason: 'unknown_key' };
  try {
    const bytes = Buffer.from(body, 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', key.key, Buffer.from(nonce, 'base64url'), {
      authTagLength: TAG_BYTES, // without it, Node accepts a tag cut to four bytes
    });
    decipher.setAAD(additionalData(id, storeKey));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    const text = Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]);
    return { ok: true, text: text.toString('utf8'), keyIndex };
  } catch {
    return { ok: false, reason: 'not_authentic' };
  }
}

function additionalData(keyId: string, storeKey: string): Buffer {
  return Buffer.from(`${VERSION}|${keyId}|${storeKey}`);
}
