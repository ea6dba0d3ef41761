// One instance of the hybrid example, as a process of its own: the example's server, with more users.
import { runDirectly } from 'security-helpers';
import { start } from '../../../examples/hybrid/src/server.ts';
import { createUsers } from '../../../examples/hybrid/src/users.ts';
import { accounts } from './accounts.ts';

const log = { info: () => undefined }; // thousands of lines that nobody reads
await runDirectly(import.meta.url, 'hybrid', async () =>
  start({ users: createUsers(await accounts()), log }),
);
