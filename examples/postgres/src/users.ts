// Two demo accounts. Accounts are not the lesson, so they live in this file, and a change of one
// lives as long as the process.

import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

export interface User {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly roles: readonly string[];
}

export interface Users {
  /** The user with this id, as of now; none once disabled. Roles are never taken from a session. */
  find(id: string): User | undefined;
  /** The user with these credentials, or null. Takes as long for an address nobody has. */
  verify(email: string, password: string): Promise<User | null>;
  setPassword(id: string, password: string): Promise<void>;
  setRoles(id: string, roles: readonly string[]): void;
  disable(id: string): void;
}

export interface Account extends User {
  /** `N$r$p$salt$hash`: the costs stand beside the hash, so that they can be raised later. */
  readonly password: string;
}

// Parameters of the OWASP Password Storage cheat sheet.
const COST = { N: 2 ** 14, r: 8, p: 5 };

const ACCOUNTS: readonly Account[] = [
  {
    id: 'user-1',
    email: 'ada@example.com',
    name: 'Ada Lovelace',
    roles: ['member'],
    password: '16384$8$5$QJEIJxxAWSw7rhLP77sFcw$-rW-paOhMRrzKAtk3ZqEonbAxDEZuOf9brLuK5HfdlM',
  },
  {
    id: 'user-2',
    email: 'grace@example.com',
    name: 'Grace Hopper',
    roles: ['member', 'admin'],
    password: '16384$8$5$niCAlSK3vZ6SWIN1NF1nIA$5Dj39enz5kIMMzop8W1y7lzwYbcjQF-V4uBjyPxbL5g',
  },
];

export function createUsers(accounts: readonly Account[] = ACCOUNTS): Users {
  const byId = new Map(accounts.map((account) => [account.id, account]));
  const byEmail = (email: string) => [...byId.values()].find((each) => each.email === email);
  // Nobody's: as costly as everybody's, and no password fits.
  const [{ password: some = '' } = {}] = accounts;
  const nobodys = some.replace(/[^$]*$/, randomBytes(32).toString('base64url'));

  const change = (id: string, changed: Partial<Account>) => {
    const account = byId.get(id);
    if (account) byId.set(id, { ...account, ...changed });
  };
  return {
    find: (id) => publicPart(byId.get(id)),

    async verify(email, password) {
      const account = byEmail(email.toLowerCase());
      // Hashed in any case: who could tell by the time which addresses exist has half a login.
      const matches = await isPassword(password, account?.password ?? nobodys);
      return (matches && publicPart(account)) || null;
    },

    setPassword: async (id, password) => change(id, { password: await hashPassword(password) }),
    setRoles: (id, roles) => change(id, { roles }),
    disable: (id) => void byId.delete(id),
  };
}

/** @param cost of scrypt. Less than the default is for tests that are not about passwords. */
export async function hashPassword(password: string, cost = COST): Promise<string> {
  const salt = randomBytes(16).toString('base64url');
  const hash = await derive(password, salt, cost);
  return [cost.N, cost.r, cost.p, salt, hash.toString('base64url')].join('$');
}

async function isPassword(password: string, stored: string): Promise<boolean> {
  const [N, r, p, salt = '', hash = ''] = stored.split('$');
  const derived = await derive(password, salt, { N: Number(N), r: Number(r), p: Number(p) });
  const known = Buffer.from(hash, 'base64url');
  return known.length === derived.length && timingSafeEqual(known, derived);
}

const derive = (password: string, salt: string, cost: { N: number; r: number; p: number }) =>
  promisify<string, Buffer, number, object, Buffer>(scrypt)(
    password.normalize('NFKC'),
    Buffer.from(salt, 'base64url'),
    32,
    cost,
  );

function publicPart(account: Account | undefined): User | undefined {
  if (!account) return undefined;
  const { id, email, name, roles } = account;
  return { id, email, name, roles };
}
