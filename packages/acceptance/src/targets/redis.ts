import { startRedis } from '@session-lab/services';
import { start } from '../../../../examples/redis/src/server.ts';
import { openStore } from '../../../../examples/redis/src/store.ts';
import { createUsers } from '../../../../examples/redis/src/users.ts';
import { express } from '../mini-app/express.ts';
import type { Target } from '../target.ts';

export const redis: Target = {
  ...express,
  name: 'redis',
  shared: true,
  start,
  openStore,
  createUsers,
  async openBackend({ durable = false } = {}) {
    const service = await startRedis({ persistence: durable ? 'aof-always' : 'none' });
    return { env: { REDIS_URL: service.url }, service, close: () => service.close() };
  },
};
