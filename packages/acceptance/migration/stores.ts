import { appRole, startPostgres, startRedis } from '@session-lab/services';
import { createClient } from 'redis';
import { migrate, readPostgresConfig } from 'security-helpers/postgres';
import { asOwner } from '../src/attack/records.ts';
import { NO_LIMITS, SECRET } from '../src/target.ts';

const NAMESPACE = 'shop';

/** A Postgres and a Redis, between which sessions move. */
export interface BothStores {
  /** What every release of the app needs. */
  env: Record<string, string>;
  /** How many sessions there are in each; `copies`: those of the hybrid. */
  count(): Promise<{ postgres: number; redis: number; copies: number }>;
  close(): Promise<void>;
}

export async function openBothStores(): Promise<BothStores> {
  const [postgres, redis] = await Promise.all([
    startPostgres(),
    startRedis({ persistence: 'aof-everysec' }),
  ]);
  const close = async () => void (await Promise.all([postgres.close(), redis.close()]));
  try {
    const env = {
      ...NO_LIMITS,
      SESSION_SECRET: SECRET,
      SESSION_NAMESPACE: NAMESPACE,
      STORE_DEADLINE_MS: '20000', // a busy machine is no outage
      DATABASE_URL: await appRole(postgres.url),
      REDIS_URL: redis.url,
    };
    const owner = { ...env, MIGRATION_DATABASE_URL: postgres.url };
    await migrate(readPostgresConfig(owner), NAMESPACE);
    const keys = async (pattern: string) => {
      const client = await createClient({ url: redis.url }).connect();
      const found = await client.keys(`${NAMESPACE}:${pattern}`);
      client.destroy();
      return found.length;
    };
    return {
      env,
      async count() {
        const rows = await asOwner(postgres.url, async (client) => {
          const { rows } = await client.query(
            `SELECT count(*)::int AS n FROM ${NAMESPACE}.session`,
          );
          return rows[0].n as number;
        });
        return { postgres: rows, redis: await keys('session:*'), copies: await keys('hot:*') };
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
