// An example as a process of its own: its own server, with as many users as somebody wants.
import { runDirectly } from 'security-helpers';
import { type Account, hashPassword, type Users } from '../../../examples/memory/src/users.ts';
import { emailOf, PASSWORD } from '../../acceptance/overload/person.ts';

interface Example {
  start(options: {
    users: Users;
    log: { info(): void };
  }): ReturnType<Parameters<typeof runDirectly>[2]>;
}

const name = process.env['EXAMPLE'] ?? 'memory';
const users = Number(process.env['USERS'] ?? 1);
const source = `../../../examples/${name}/src`;
const { start }: Example = await import(`${source}/server.ts`);
const { createUsers }: { createUsers(accounts: readonly Account[]): Users } = await import(
  `${source}/users.ts`
);

// A hash that costs nothing: how fast scrypt is, is not what is measured.
const password = await hashPassword(PASSWORD, { N: 2, r: 1, p: 1 });
const accounts = Array.from({ length: users }, (_, user) => ({
  id: `user-${user}`,
  email: emailOf(user),
  name: 'Ada Lovelace',
  roles: ['member'],
  password,
}));
const log = { info: () => undefined }; // the stock servers log no login either
await runDirectly(import.meta.url, name, () => start({ users: createUsers(accounts), log }));
