// WHERE SESSIONS LIVE while they move between Postgres and Redis: in both, each session in one of
// them. The app is the same; this takes the place of its store.ts until all have moved.
//
// MOVE_TO=redis|postgres  which way.
// MOVE_NEW=from|to        where new sessions begin: `from` until every instance is one of these.

import {
  type Clock,
  type Config,
  ConfigError,
  MovingStore,
  type OpenedStore,
} from 'security-helpers';
import { openStore as openPostgres } from '../../../examples/hybrid/src/store.ts';
import { openStore as openRedis } from '../../../examples/redis/src/store.ts';

export async function openStore(
  env: NodeJS.ProcessEnv,
  config: Config,
  clock: Clock,
): Promise<OpenedStore> {
  const { to, newIn } = readMove(env);
  // The store of the hybrid, but it makes no copies: it ends those that instances before it have made.
  const postgres = await openPostgres(env, { ...config, hybridHotMs: 0 }, clock);
  const redis = await openRedis(env, config, clock).catch(async (error) => {
    await postgres.close();
    throw error;
  });
  const [old, next] = to === 'redis' ? [postgres, redis] : [redis, postgres];
  return {
    store: new MovingStore({ from: old.store, to: next.store, newIn }),
    limiter: next.limiter,
    /** Without one of them, some sessions cannot be found. */
    async check() {
      const parts = await postgres.check();
      if (Object.values(parts ?? {}).includes('down')) throw new Error(JSON.stringify(parts));
      return parts;
    },
    close: async () => void (await Promise.all([postgres.close(), redis.close()])),
  };
}

/** @throws ConfigError */
export function readMove(env: NodeJS.ProcessEnv) {
  const [to, newIn] = [env['MOVE_TO'], env['MOVE_NEW']];
  if (to !== 'redis' && to !== 'postgres') {
    throw new ConfigError('MOVE_TO must be redis or postgres: where the sessions are to be');
  }
  if (newIn !== 'from' && newIn !== 'to') {
    throw new ConfigError(
      'MOVE_NEW must be from or to: from, until every instance of the app knows both stores',
    );
  }
  return { to, newIn } as const;
}
