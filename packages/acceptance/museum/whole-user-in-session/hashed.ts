import { scryptSync } from 'node:crypto';

/** As it stands in the table of users. */
export function hashed(password: string): { salt: string; hash: string } {
  const salt = 'c2FsdCBvZiBvbmUgdXNlcg';
  return { salt, hash: scryptSync(password, salt, 32, { N: 2 ** 10 }).toString('base64url') };
}
