// One instance of an example, as a process of its own: its server, with more users.
import { runDirectly } from 'security-helpers';
import { accounts } from '../chaos/accounts.ts';
import type { Target } from '../src/target.ts';

const example = process.env['EXAMPLE'] ?? '';
const source = `../../../examples/${example}/src`;
const { start }: Pick<Target, 'start'> = await import(`${source}/server.ts`);
const { createUsers }: Pick<Target, 'createUsers'> = await import(`${source}/users.ts`);
const log = { info: () => undefined }; // thousands of lines that nobody reads
await runDirectly(import.meta.url, example, async () =>
  start({ users: createUsers(await accounts()), log }),
);
