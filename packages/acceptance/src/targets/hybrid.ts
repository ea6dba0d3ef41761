import { startRedis } from '@session-lab/services';
import { start } from '../../../../examples/hybrid/src/server.ts';
import { openStore } from '../../../../examples/hybrid/src/store.ts';
import { createUsers } from '../../../../examples/hybrid/src/users.ts';
import { express } from '../mini-app/express.ts';
import type { Backend, Target } from '../target.ts';
import { postgres } from './postgres.ts';

export const hybrid: Target = {
  ...express,
  name: 'hybrid',
  shared: true,
  start,
  openStore,
  createUsers,
  async openBackend(options): Promise<Backend> {
    const [rows, redis] = await Promise.all([postgres.openBackend(options), startRedis()]);
    const both = [rows.service, redis].filter((service) => service !== undefined);
    const all = async (does: (service: (typeof both)[number]) => Promise<void>) => {
      await Promise.all(both.map(does));
    };
    return {
      env: { ...rows.env, REDIS_URL: redis.url },
      // For an outage of everything: with one of them left, it serves.
      service: {
        kill: () => all((service) => service.kill()),
        freeze: () => all((service) => service.freeze()),
        thaw: () => all((service) => service.thaw()),
        restart: () => all((service) => service.restart()),
      },
      spare: redis,
      close: async () => void (await Promise.all([rows.close(), redis.close()])),
    };
  },
};
