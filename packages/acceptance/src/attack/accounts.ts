import { ADA, GRACE } from '../browser.ts';

/** The two accounts of the vulnerable servers, which are those of the examples. */
const users = [
  { id: 'user-1', email: ADA.email, name: 'Ada Lovelace', roles: ['member'] },
  { id: 'user-2', email: GRACE.email, name: 'Grace Hopper', roles: ['member', 'admin'] },
];
const passwords = new Map([ADA, GRACE].map(({ email, password }) => [email, password]));

/**
 * Passwords in the clear: how to keep them is not what any of the attacks is about.
 *
 * @param changed those that are no longer what they were at first, by e-mail address.
 */
export function verify(
  { email, password }: { email: string; password: string },
  changed: ReadonlyMap<string, string> = new Map(),
) {
  const isRight = (changed.get(email) ?? passwords.get(email)) === password;
  return isRight ? users.find((user) => user.email === email) : undefined;
}

export const find = (id: string | undefined) => users.find((user) => user.id === id);
