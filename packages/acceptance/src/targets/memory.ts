import { start } from '../../../../examples/memory/src/server.ts';
import { openStore } from '../../../../examples/memory/src/store.ts';
import { express } from '../mini-app/express.ts';
import type { Target } from '../target.ts';

export const memory: Target = {
  ...express,
  name: 'memory',
  shared: false,
  start,
  openStore,
  openBackend: async () => ({ env: {}, close: async () => undefined }),
};
