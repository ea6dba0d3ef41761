// Two demo accounts. Accounts are not the lesson, so they live in this file.

import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

export interface User {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly roles: readonly string[];
}

export interface Users {
  /** The user with this id, as of now. Roles are never taken from a session. */
  find(id: string): User | undefined;
  /** The user with these credentials, or null. Takes as long for an address nobody has. */
  verify(email: string, password: string): Promise<User | null>;
}

interface Account extends User {
  readonly salt: string;
  readonly hash: string;
}

const ACCOUNTS: readonly Account[] = [
  {
    id: 'user-1',
    email: 'ada@example.com',
    name: 'Ada Lovelace',
    roles: ['member'],
    salt: 'QJEIJxxAWSw7rhLP77sFcw',
    hash: '-rW-paOhMRrzKAtk3ZqEonbAxDEZuOf9brLuK5HfdlM',
  },
  {
    id: 'user-2',
    email: 'grace@example.com',
    name: 'Grace Hopper',
    roles: ['member', 'admin'],
    salt: 'niCAlSK3vZ6SWIN1NF1nIA',
    hash: '5Dj39enz5kIMMzop8W1y7lzwYbcjQF-V4uBjyPxbL5g',
  },
];

export function createUsers(): Users {
  return {
    find: (id) => publicPart(ACCOUNTS.find((account) => account.id === id)),

    async verify(email, password) {
      const account = ACCOUNTS.find((candidate) => candidate.email === email.toLowerCase());
      // Hashed in any case: who could tell by the time which addresses exist has half a login.
      const hash = await derive(password, account?.salt ?? randomBytes(16).toString('base64url'));
      const known = Buffer.from(account?.hash ?? '', 'base64url');
      const matches = known.length === hash.length && timingSafeEqual(known, hash);
      return (matches && publicPart(account)) || null;
    },
  };
}

// Parameters of the OWASP Password Storage cheat sheet: N=2^14, r=8, p=5.
const derive = (password: string, salt: string) =>
  promisify<string, Buffer, number, object, Buffer>(scrypt)(
    password.normalize('NFKC'),
    Buffer.from(salt, 'base64url'),
    32,
    { N: 2 ** 14, r: 8, p: 5 },
  );

function publicPart(account: Account | undefined): User | undefined {
  if (!account) return undefined;
  const { id, email, name, roles } = account;
  return { id, email, name, roles };
}
