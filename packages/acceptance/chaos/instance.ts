// One instance of an example, as a process of its own: the example's server, with more users.
import { runDirectly } from 'security-helpers';
import type { Target } from '../src/target.ts';
import { accounts } from './accounts.ts';

const example = process.env['EXAMPLE'] ?? 'hybrid';
const source = `../../../examples/${example}/src`;
const { start }: Pick<Target, 'start'> = await import(`${source}/server.ts`);
const { createUsers }: Pick<Target, 'createUsers'> = await import(`${source}/users.ts`);
const log = { info: () => undefined }; // thousands of lines that nobody reads
await runDirectly(import.meta.url, example, async () =>
  start({ users: createUsers(await accounts()), log }),
);
