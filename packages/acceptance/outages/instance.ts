// One of the examples, as a process of its own: its server, with its accounts. Only the hash of a
// password costs nothing, since dozens of people log in here.
import { runDirectly } from 'security-helpers';
import { cheapAccounts, type Target } from '../src/target.ts';

const example = process.env['EXAMPLE'] ?? '';
const source = `../../../examples/${example}/src`;
const { start }: Pick<Target, 'start'> = await import(`${source}/server.ts`);
const { createUsers }: Pick<Target, 'createUsers'> = await import(`${source}/users.ts`);
await runDirectly(import.meta.url, example, async () =>
  start({ users: createUsers(await cheapAccounts()) }),
);
