// The outages: what is done to a store, and what makes it good again.
import { Client } from 'pg';
import { createClient } from 'redis';
import type { Outage } from '../src/report/outages.ts';
import { BUDGET_MS, type Kind, type Stores } from './stores.ts';

export interface Scene {
  outage: Outage;
  /** By which way the app reaches its stores. */
  way: 'straight' | 'line';
  /** The stores that do not answer meanwhile. */
  away: readonly Kind[];
  /** Before anybody logs in. */
  prepare?(stores: Stores): Promise<void>;
  /** When half of the people have logged in. */
  halfWay?(stores: Stores): Promise<void>;
  strike(stores: Stores): Promise<void> | void;
  mend(stores: Stores): Promise<void> | void;
  /** It is noticed only when many come at once. */
  takesCrowd?: true;
  /** What Redis has confirmed may be gone afterwards. */
  loses?: true;
  /** How many connections to the store there are at most, and how to count them. */
  connections?: { atMost: number; count(stores: Stores): Promise<number> | number };
}

export const redisScenes: readonly Scene[] = [
  killRedis('redis-killed-always', 'aof-always'),
  {
    ...killRedis('redis-killed-everysec', 'aof-everysec'),
    // While the disk is slow Redis keeps writes to itself for up to two seconds.
    async strike({ redis }) {
      await untilInfo(redis.url, /^aof_buffer_length:0\r$/m);
      await redis.kill();
    },
  },
  {
    ...killRedis('redis-killed-rdb', 'rdb'),
    loses: true,
    halfWay: ({ redis }) => ask(redis.url, 'SAVE'),
  },
  { ...killRedis('redis-killed-none', 'none'), loses: true },
  {
    ...killRedis('redis-lost', 'aof-always'),
    loses: true,
    mend: ({ redis }) => redis.restart({ empty: true }),
  },
  {
    outage: 'redis-frozen',
    way: 'straight',
    away: ['redis'],
    strike: ({ redis }) => redis.freeze(),
    mend: ({ redis }) => redis.thaw(),
  },
  {
    outage: 'redis-full',
    way: 'straight',
    away: [],
    strike: ({ redis }) => ask(redis.url, 'CONFIG', 'SET', 'maxmemory', '1'),
    mend: ({ redis }) => ask(redis.url, 'CONFIG', 'SET', 'maxmemory', '0'),
  },
  ...lineScenes('redis'),
];

export const postgresScenes: readonly Scene[] = [
  {
    outage: 'postgres-killed',
    way: 'straight',
    away: ['postgres'],
    strike: ({ postgres }) => postgres.kill(),
    mend: ({ postgres }) => postgres.restart(),
  },
  {
    outage: 'postgres-frozen',
    way: 'straight',
    away: ['postgres'],
    strike: ({ postgres }) => postgres.freeze(),
    mend: ({ postgres }) => postgres.thaw(),
  },
  {
    outage: 'postgres-read-only',
    way: 'straight',
    away: [],
    // Started again as what a standby is after a failover that went half way.
    strike: ({ postgres }) =>
      postgres.restart({ settings: { default_transaction_read_only: 'on' } }),
    mend: ({ postgres }) => postgres.restart({ settings: {} }),
  },
  lockPostgres(),
  ...lineScenes('postgres'),
];

export const bothScenes: readonly Scene[] = [
  {
    outage: 'both-killed',
    way: 'straight',
    away: ['redis', 'postgres'],
    strike: ({ redis, postgres }) => both(redis.kill(), postgres.kill()),
    mend: ({ redis, postgres }) => both(redis.restart(), postgres.restart()),
  },
  {
    outage: 'both-frozen',
    way: 'straight',
    away: ['redis', 'postgres'],
    strike: ({ redis, postgres }) => both(redis.freeze(), postgres.freeze()),
    mend: ({ redis, postgres }) => both(redis.thaw(), postgres.thaw()),
  },
];

function killRedis(
  outage: Outage,
  persistence: 'aof-always' | 'aof-everysec' | 'rdb' | 'none',
): Scene {
  return {
    outage,
    way: 'straight',
    away: ['redis'],
    prepare: ({ redis }) => redis.restart({ empty: true, persistence }),
    strike: ({ redis }) => redis.kill(),
    mend: ({ redis }) => redis.restart(),
  };
}

function lineScenes(kind: Kind): readonly Scene[] {
  const common = { way: 'line' } as const;
  const connections = {
    // What the app has given up on stays at the line until that is mended.
    atMost: 40,
    count: (stores: Stores) => stores.line(kind).connections,
  };
  const delayed = (ms: number) => ({
    strike: (stores: Stores) => stores.line(kind).delay(ms / 2), // each way
    mend: (stores: Stores) => stores.line(kind).delay(0),
  });
  return [
    { ...common, outage: `${kind}-late`, away: [kind], ...delayed(BUDGET_MS + 200), connections },
    { ...common, outage: `${kind}-slow`, away: [], ...delayed(10), connections },
    {
      ...common,
      outage: `${kind}-half-open`,
      away: [kind],
      strike: (stores) => stores.line(kind).hold(),
      mend: (stores) => stores.line(kind).mend({ lost: true }),
      connections,
    },
  ];
}

/** Whoever wants to read or write the table waits for somebody who does not come back. */
function lockPostgres(): Scene {
  let locking: Client | undefined;
  return {
    outage: 'postgres-locked',
    way: 'straight',
    away: [],
    takesCrowd: true,
    async strike({ postgres, example }) {
      locking = new Client({ connectionString: postgres.url });
      await locking.connect();
      await locking.query(`BEGIN; LOCK TABLE "${example}".session IN ACCESS EXCLUSIVE MODE`);
    },
    mend: async () => void (await locking?.end()),
    connections: {
      atMost: 10,
      async count() {
        const text = "SELECT count(*)::int AS n FROM pg_stat_activity WHERE usename = 'app'";
        return (await locking?.query<{ n: number }>(text))?.rows[0]?.n ?? Number.NaN;
      },
    },
  };
}

async function both(...actions: readonly Promise<void>[]): Promise<void> {
  await Promise.all(actions);
}

async function ask(url: string, ...command: string[]): Promise<void> {
  const client = createClient({ url });
  await client.connect();
  await client.sendCommand(command).finally(() => client.destroy());
}

async function untilInfo(url: string, wanted: RegExp): Promise<void> {
  const client = createClient({ url });
  await client.connect();
  while (!wanted.test(await client.info('persistence')));
  client.destroy();
}
