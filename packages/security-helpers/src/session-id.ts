import { createHash, randomBytes } from 'node:crypto';

const ID_BYTES = 32;
const ID_FORMAT = /^[A-Za-z0-9_-]{43}$/;

/**
 * A new session id: 256 bits from the system's random generator, 43 base64url characters.
 * ASVS 5.0 7.2.3 asks for 128 bits and refuses UUIDs (122 bits, some of them predictable).
 */
export function newSessionId(): string {
  return randomBytes(ID_BYTES).toString('base64url');
}

/** Whether `value` looks like an id of ours. Asked before any store sees it: an id is user input. */
export function isSessionId(value: unknown): value is string {
  return typeof value === 'string' && ID_FORMAT.test(value);
}

/**
 * The name under which a store keeps the record: SHA-256 of the id, 43 base64url characters.
 * Whoever reads a dump, a backup or `MONITOR` finds nothing that a browser could send. No key is
 * needed: nobody can guess 256 random bits, and so no record has to move when a secret changes.
 */
export function storeKey(id: string): string {
  return createHash('sha256').update(id).digest('base64url');
}

/** A new public name of a session: fit for pages and URLs, worthless as a credential. */
export function newHandle(): string {
  return randomBytes(16).toString('base64url');
}
