import { appRole, startPostgres, startRedis } from '@session-lab/services';
import { migrate, readPostgresConfig } from 'security-helpers/postgres';
import type { Open } from '../../lab/src/stories/stage.ts';
import type { Runner } from './measure.ts';
import { type Contestant, type Stores, startContestant } from './servers.ts';

/** Starts a Redis and a Postgres that nobody else uses; commits are forced to the disk. */
export async function openStores(open: Open): Promise<Stores> {
  const [redis, postgres] = await Promise.all([
    open(startRedis()),
    open(startPostgres({ durable: true })),
  ]);
  return { redisUrl: redis.url, ownerUrl: postgres.url, appUrl: await appRole(postgres.url) };
}

/** @param env further settings of all servers. */
export async function openServers(
  open: Open,
  contestants: readonly Contestant[],
  stores: Stores,
  env: Record<string, string>,
): Promise<Runner[]> {
  for (const name of ['postgres', 'hybrid']) {
    const urls = { DATABASE_URL: stores.appUrl, MIGRATION_DATABASE_URL: stores.ownerUrl };
    await migrate(readPostgresConfig(urls), name);
  }
  const runners: Runner[] = [];
  for (const contestant of contestants) {
    const started = startContestant(contestant, stores, env);
    const { url, pid } = await open(
      started.then((server) => ({ ...server, close: () => server.kill() })),
    );
    runners.push({ name: contestant.name, url, pid });
  }
  return runners;
}
