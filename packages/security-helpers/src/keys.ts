import { Buffer } from 'node:buffer';
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { mapNonEmpty, type NonEmpty } from './non-empty.ts';

/** A key that seals records, and the name by which an envelope refers to it. */
export interface SealKey {
  /** Eight base64url characters. Says which key, tells nothing about it. */
  id: string;
  /** 32 bytes, for AES-256-GCM. */
  key: Buffer;
}

/** One key per purpose and secret; each list is newest first. */
export interface SessionKeys {
  /** Sign the session cookie. Text, because that is what express-session and Keygrip take. */
  cookie: NonEmpty<string>;
  /** Seal session records. */
  seal: NonEmpty<SealKey>;
  /** Make CSRF tokens. */
  csrf: NonEmpty<Buffer>;
  /** Name a session in the audit log without giving its id away. */
  audit: Buffer;
  /** Name accounts and clients in the counters of failed logins. */
  throttle: Buffer;
}

/**
 * Derives every key from the secrets by HKDF-SHA-256 (RFC 5869), with a label per purpose: a value
 * made for one purpose is worthless for another (ASVS 5.0 11.1.1).
 *
 * @param secrets as `parseSecrets` returns them: newest first.
 */
export function deriveKeys(secrets: Readonly<NonEmpty<Buffer>>): SessionKeys {
  return {
    cookie: mapNonEmpty(secrets, (secret) =>
      derive(secret, 'cookie signature').toString('base64url'),
    ),
    seal: mapNonEmpty(secrets, (secret) => ({
      id: derive(secret, 'seal key name').subarray(0, 6).toString('base64url'),
      key: derive(secret, 'seal'),
    })),
    csrf: mapNonEmpty(secrets, (secret) => derive(secret, 'csrf token')),
    audit: derive(secrets[0], 'audit correlation'),
    throttle: derive(secrets[0], 'throttle'),
  };
}

function derive(secret: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `session-security/v1/${purpose}`, 32));
}

/** HMAC-SHA-256 of `text`. */
export function mac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** Compares in a time that does not depend on where the first difference is (ASVS 5.0 11.2.4). */
export function equalInConstantTime(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
