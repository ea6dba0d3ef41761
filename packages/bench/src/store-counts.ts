import { Client } from 'pg';
import { createClient } from 'redis';
import type { Stores } from './servers.ts';

/** What the stores have been asked to do since they were started. */
export interface StoreCounts {
  /** By name. A script counts, and so does each command within it. */
  redisCommands: Record<string, number>;
  postgresStatements: number;
  /** What Postgres has written to its write-ahead log, in bytes. */
  walBytes: number;
}

export interface StoreCounter {
  read(): Promise<StoreCounts>;
  close(): Promise<void>;
}

/** Of connections, not of sessions. */
const NOT_COUNTED = ['ping', 'hello', 'client|setinfo'];

/** Reads the counters that Redis and Postgres keep themselves. */
export async function openStoreCounter({
  redisUrl,
  ownerUrl,
}: Pick<Stores, 'redisUrl' | 'ownerUrl'>): Promise<StoreCounter> {
  const redis = createClient({ url: redisUrl });
  redis.on('error', () => undefined); // the commands below get it, too
  const postgres = new Client({ connectionString: ownerUrl });
  await Promise.all([redis.connect(), postgres.connect()]);
  let asked = 0; // our own: Redis counts an INFO once it has answered it
  return {
    async read() {
      const [stats, { rows }] = await Promise.all([
        redis.info('commandstats'),
        postgres.query<{ calls: string; wal: string }>(
          'SELECT sum(calls) AS calls, sum(wal_bytes) AS wal FROM pg_stat_statements',
        ),
      ]);
      return {
        redisCommands: countCommands(stats, asked++),
        postgresStatements: Number(rows[0]?.calls) || 0,
        walBytes: Number(rows[0]?.wal) || 0,
      };
    },
    async close() {
      redis.destroy();
      await postgres.end();
    },
  };
}

/**
 * @param stats the answer to INFO commandstats.
 * @param infos how many INFO are not to be counted.
 */
export function countCommands(stats: string, infos: number): Record<string, number> {
  const counts = [...stats.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)]
    .filter(([, name = '']) => !NOT_COUNTED.includes(name))
    .map(([, name = '', calls]) => {
      const others = Number(calls) - (name === 'info' ? infos : 0);
      return [name.toUpperCase().replace('|', ' '), others] as const;
    });
  return Object.fromEntries(counts);
}
