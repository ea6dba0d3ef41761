// An example, as a process of its own, with as many accounts as come to it. Only the hash of a
// password costs nothing: what is tried here is a crowd of people who are logged in.
import { runDirectly } from 'security-helpers';
import { hashPassword } from '../../../examples/memory/src/users.ts';
import type { Target } from '../src/target.ts';
import { emailOf, PASSWORD } from './person.ts';

const { EXAMPLE: example = '', PEOPLE: people = '0' } = process.env;
const source = `../../../examples/${example}/src`;
const { start }: Pick<Target, 'start'> = await import(`${source}/server.ts`);
const { createUsers }: Pick<Target, 'createUsers'> = await import(`${source}/users.ts`);
await runDirectly(import.meta.url, example, async () => {
  const password = await hashPassword(PASSWORD, { N: 2, r: 1, p: 1 });
  const accounts = Array.from({ length: Number(people) }, (_, person) => {
    const email = emailOf(person);
    return { id: `user-${person}`, email, name: email, roles: ['member'], password };
  });
  return start({ users: createUsers(accounts) });
});
