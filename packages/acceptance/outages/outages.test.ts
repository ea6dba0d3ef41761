// What happens to users when something dies: real servers on real stores, which are killed, frozen,
// filled up and cut off. `npm run outages` writes down what is seen here.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Observation } from '../src/report/outage-words.ts';
import { leaveSeen, titleOf } from '../src/report/outages.ts';
import type { ServerProcess } from '../src/server-process.ts';
import { observe, observeBoot, observeRestart } from './observe.ts';
import { bothScenes, postgresScenes, redisScenes, type Scene } from './scenes.ts';
import { startOnSmallDisk } from './small-disk.ts';
import { type Env, examples, migrated, Stores, startShop, uses } from './stores.ts';

declare module 'vitest' {
  interface TaskMeta {
    because?: string;
  }
}

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

// Three times the same must be seen. One of them may meet a stall of a machine that is busy with other
// tests; who differs twice is no stall.
const ONCE_MORE = { retry: 1 };

const NOWHERE = '127.0.0.1:1';

// The examples at the same time, since they mostly wait; the outages of each one after the other.
describe.concurrent.each(examples)('%s', (example) => {
  const [hasRedis, hasPostgres] = [uses(example, 'redis'), uses(example, 'postgres')];
  const scenes: readonly Scene[] = [
    ...(hasRedis ? redisScenes : []),
    ...(hasPostgres ? postgresScenes : []),
    ...(hasRedis && hasPostgres ? bothScenes : []),
  ];
  const seen: Omit<Observation, 'example'>[] = [];
  let notTried = 0;
  const shops: ServerProcess[] = [];
  let stores: Stores;
  const start = async (env: Env) => {
    const shop = await startShop(example, env);
    shops.push(shop);
    return shop;
  };

  beforeAll(async () => {
    stores = await Stores.open(example);
  });
  afterAll(async () => {
    await Promise.all(shops.map((shop) => shop.kill()));
    await stores?.close();
  });

  for (const way of ['straight', 'line'] as const) {
    let shop: ServerProcess | undefined;
    for (const scene of scenes.filter((each) => each.way === way)) {
      it.sequential(titleOf(scene.outage), ONCE_MORE, async () => {
        shop ??= await start(way === 'line' ? stores.lineEnv : stores.env);
        seen.push(await observe(shop, stores, scene));
      });
    }
  }

  it.sequential(titleOf('app-killed'), async () => {
    const shop = await start(stores.env);
    seen.push(await observeRestart(shop, stores, (PORT) => start({ ...stores.env, PORT })));
  });

  if (hasPostgres) {
    it.sequential(titleOf('postgres-full'), async ({ task, skip }) => {
      const disk = await startOnSmallDisk(example);
      if (!disk) {
        notTried += 1;
        task.meta.because = 'A small disk can be mounted on Linux only, by root.';
        return skip();
      }
      try {
        const shop = await start({ ...stores.env, ...(await migrated(disk.ownerUrl, example)) });
        const scene: Scene = {
          outage: 'postgres-full',
          way: 'straight',
          away: [],
          strike: () => disk.fill(),
          mend: () => disk.empty(),
        };
        seen.push(await observe(shop, stores, scene));
        await shop.kill();
      } finally {
        await disk.close();
      }
    });
    it.sequential(titleOf('postgres-absent'), async () => {
      const env = { ...stores.env, DATABASE_URL: `postgres://app@${NOWHERE}/postgres` };
      seen.push(await observeBoot('postgres', () => start(env)));
    });
  }

  if (hasRedis) {
    it.sequential(titleOf('redis-absent'), async () => {
      const env = { ...stores.env, REDIS_URL: `redis://${NOWHERE}` };
      seen.push(await observeBoot('redis', () => start(env)));
    });
  }

  it.sequential('each outage was seen: npm run outages writes it down', () => {
    const expected = scenes.length + 1 + (hasPostgres ? 2 : 0) + (hasRedis ? 1 : 0);
    expect(seen.length).toBe(expected - notTried);
    const { versions } = stores;
    leaveSeen(example, { versions, seen: seen.map((each) => ({ example, ...each })) });
  });
});
