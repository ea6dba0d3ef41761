import { start } from '../../../../examples/memory/src/server.ts';
import { openStore } from '../../../../examples/memory/src/store.ts';
import { createUsers } from '../../../../examples/memory/src/users.ts';
import { express } from '../mini-app/express.ts';
import type { Target } from '../target.ts';

export const memory: Target = {
  ...express,
  name: 'memory',
  shared: false,
  start,
  openStore,
  createUsers,
  openBackend: async () => ({ env: {}, close: async () => undefined }),
};
