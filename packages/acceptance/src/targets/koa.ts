import { startRedis } from '@session-lab/services';
import { start } from '../../../../examples/koa/src/server.ts';
import { openStore } from '../../../../examples/koa/src/store.ts';
import { createUsers } from '../../../../examples/koa/src/users.ts';
import { koa as framework } from '../mini-app/koa.ts';
import type { Target } from '../target.ts';

export const koa: Target = {
  ...framework,
  name: 'koa',
  shared: true,
  start,
  openStore,
  createUsers,
  async openBackend({ durable = false } = {}) {
    const service = await startRedis({ persistence: durable ? 'aof-always' : 'none' });
    return { env: { REDIS_URL: service.url }, service, close: () => service.close() };
  },
};
