import { hashPassword, type Account as Stored } from '../../../examples/hybrid/src/users.ts';

/** More than the examples have: what one user does must not be seen by another. */
export const USERS = 24;

export const emailOf = (user: number) => `user-${user}@example.com`;
export const passwordOf = (user: number) => `password of user ${user}`;

/** With a hash that costs nothing: passwords are not what is tried here. */
export async function accounts(): Promise<Stored[]> {
  return Promise.all(
    Array.from({ length: USERS }, async (_, user) => ({
      id: `user-${user}`,
      email: emailOf(user),
      name: `User ${user}`,
      roles: user === 0 ? ['member', 'admin'] : ['member'],
      password: await hashPassword(passwordOf(user), { N: 2, r: 1, p: 1 }),
    })),
  );
}
