import { Buffer } from 'node:buffer';
import { mapNonEmpty, type NonEmpty } from './non-empty.ts';

/** A setting that the process must not start with. Its message never repeats the value. */
export class SecretError extends Error {
  override name = 'SecretError';
}

/** Shown with every complaint about a secret: the way out of it. */
export const HOW_TO_MAKE_A_SECRET =
  "make one with: node -e \"console.log(require('node:crypto').randomBytes(48).toString('base64url'))\"";

const MIN_BYTES = 32;
const MIN_DIFFERENT_BYTES = 10;
// Long enough to pass the length check, public enough to be in every word list.
const PLACEHOLDERS = /keyboard.?cat|change.?me|secret|password|example|placeholder|replace/i;

/**
 * Reads `SESSION_SECRET`: one secret or several, comma-separated, newest first.
 *
 * The first signs and seals; the others only verify and open, so that a secret can be replaced
 * without logging anybody out. There is no default: a built-in one is public, a random one logs
 * everyone out at each restart and differs between two instances.
 *
 * @param text hex of at least 64 characters, or base64/base64url of at least 43, each decoding to
 *   at least 32 bytes (ASVS 5.0 11.2.3 asks for 128 bits; the express-session README for 32 bytes).
 * @returns the decoded secrets, newest first, at least one.
 * @throws SecretError one sentence, without the value.
 */
export function parseSecrets(text: string | undefined): NonEmpty<Buffer> {
  const [first = '', ...older] = (text ?? '').split(',').map((part) => part.trim());
  const parts: NonEmpty<string> = [first, ...older];
  if (parts.every((part) => part === '')) {
    throw new SecretError(`SESSION_SECRET is missing: ${HOW_TO_MAKE_A_SECRET}`);
  }
  const secrets = mapNonEmpty(parts, (part, index) => decodeSecret(part, index + 1, parts.length));
  const different = new Set(secrets.map((secret) => secret.toString('hex')));
  if (different.size < secrets.length) {
    throw new SecretError('SESSION_SECRET names the same secret twice: keep each one once');
  }
  return secrets;
}

function decodeSecret(part: string, position: number, of: number): Buffer {
  const which = of === 1 ? 'SESSION_SECRET' : `Secret ${position} of ${of} in SESSION_SECRET`;
  const refuse = (why: string) => new SecretError(`${which} ${why}: ${HOW_TO_MAKE_A_SECRET}`);

  if (part === '') throw refuse('is empty');
  if (PLACEHOLDERS.test(part)) throw refuse('is a placeholder that anybody can guess');
  const bytes = /^[0-9a-f]+$/i.test(part)
    ? Buffer.from(part, 'hex')
    : /^[A-Za-z0-9+/_-]+={0,2}$/.test(part)
      ? Buffer.from(part, 'base64')
      : undefined;
  if (!bytes) throw refuse('is neither hex nor base64');
  if (bytes.length < MIN_BYTES) throw refuse(`is shorter than ${MIN_BYTES} bytes`);
  if (new Set(bytes).size < MIN_DIFFERENT_BYTES) throw refuse('is not random');
  return bytes;
}
