import { randomBytes } from 'node:crypto';
import { Browser } from '@session-lab/acceptance';
import { Client } from 'pg';
import { createClient } from 'redis';
import type { Open } from '../../lab/src/stories/stage.ts';
import { emailOf, PASSWORD } from './accounts.ts';
import { contestants, type Stores, startContestant } from './servers.ts';

/** What a store takes for so many sessions. */
export interface Size {
  server: string;
  /** Of the record as JSON, before anything is sealed. */
  recordBytes: number;
  sessions: number;
  /** For one session, keys and indexes included. */
  bytes: number;
}

export interface SizePlan {
  recordBytes: readonly number[];
  /** Least first. */
  sessions: readonly number[];
}

export const upTo = (most: number): SizePlan => ({
  recordBytes: [688, 1024, 2048, 5120],
  sessions: [1000, 10_000, 100_000, 1_000_000].filter((count) => count <= most),
});

/** A real record, made by the real server, and then as many copies as there are to be sessions. */
type Copy = (total: number) => Promise<number>;

/** @returns how much each store takes for one session, of each size and at each number. */
export async function measureSizes(
  open: Open,
  stores: Stores,
  plan: SizePlan,
  progress: (done: number, line: string) => void,
): Promise<Size[]> {
  const sizes: Size[] = [];
  const servers = ['stock-redis', 'redis', 'stock-postgres', 'postgres'];
  const steps = servers.length * plan.recordBytes.length * plan.sessions.length;
  for (const server of servers) {
    for (const recordBytes of plan.recordBytes) {
      const copy = await prepare(open, server, stores, recordBytes);
      for (const sessions of plan.sessions) {
        progress(sizes.length / steps, `${sessions} sessions of ${recordBytes} bytes: ${server}`);
        const bytes = (await copy(sessions)) / sessions;
        sizes.push({ server, recordBytes, sessions, bytes });
      }
    }
  }
  return sizes;
}

async function prepare(
  open: Open,
  server: string,
  stores: Stores,
  recordBytes: number,
): Promise<Copy> {
  const contestant = contestants.find(({ name }) => name === server);
  if (!contestant) throw new TypeError(`there is no server ${server}`);
  const running = await startContestant(contestant, stores, { USERS: '1' });
  try {
    const prepared = server.endsWith('redis')
      ? await copiesInRedis(open, stores.redisUrl)
      : await copiesInPostgres(open, stores.ownerUrl, server === 'postgres' ? server : 'public');
    await logIn(running.url, recordBytes);
    return await prepared();
  } finally {
    await running.kill();
  }
}

const AROUND = 103; // what a stock record has beside the items: the cookie and the user
const ITEM = 100;

/** Logs in, with so much in the cart that the record has this size. */
async function logIn(url: string, recordBytes: number): Promise<void> {
  const browser = new Browser(url);
  await browser.logIn({ email: emailOf(0), password: PASSWORD });
  for (let left = recordBytes - AROUND; left > 3; left -= ITEM + 3) {
    const item = randomBytes(ITEM)
      .toString('base64url')
      .slice(0, Math.min(ITEM, left - 3));
    const { status } = await browser.post('/cart', { item });
    if (status !== 200) throw new Error(`an item for the cart was answered ${status}`);
  }
}

const SLICE = 10_000;
const DIGITS = 7;

// The last characters of a key are a part of a hash or of an id: a number in their place makes
// another key that takes as much.
const COPY_KEYS = `
  for i = tonumber(ARGV[1]), tonumber(ARGV[2]) do
    for _, key in ipairs(KEYS) do
      redis.call('COPY', key, string.sub(key, 1, -${DIGITS + 1}) .. string.format('%0${DIGITS}d', i))
    end
  end`;

async function copiesInRedis(open: Open, url: string): Promise<() => Promise<Copy>> {
  const client = createClient({ url });
  client.on('error', () => undefined); // the commands below get it, too
  await client.connect();
  await open(Promise.resolve({ close: async () => client.destroy() }));
  await client.flushAll('SYNC');
  return async () => {
    const keys = await client.keys('*');
    const used = async () => Number(/used_memory:(\d+)/.exec(await client.info('memory'))?.[1]);
    const before = await used();
    let copied = 0;
    return async (total) => {
      while (copied < total) {
        const until = Math.min(total, copied + SLICE);
        const options = { keys, arguments: [String(copied + 1), String(until)] };
        await client.eval(COPY_KEYS, options);
        copied = until;
      }
      return (await used()) - before;
    };
  };
}

async function copiesInPostgres(
  open: Open,
  url: string,
  schema: string,
): Promise<() => Promise<Copy>> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await open(Promise.resolve({ close: () => client.end() }));
  const table = `${schema}.session`;
  // connect-pg-simple makes its table when it first needs it.
  const { rows: known } = await client.query('SELECT to_regclass($1) AS name', [table]);
  if (known[0]?.name) await client.query(`TRUNCATE ${table}`);
  return async () => {
    const { rows } = await client.query<{ name: string; type: string }>(
      `SELECT column_name AS name, data_type AS type FROM information_schema.columns
       WHERE table_schema = $1 AND table_name = 'session'`,
      [schema],
    );
    const names = rows.map(({ name }) => name).join(', ');
    const values = rows.map(({ name, type }) => OTHERWISE[name]?.(type) ?? name).join(', ');
    let copied = 0;
    return async (total) => {
      await client.query(
        `WITH one AS MATERIALIZED (SELECT * FROM ${table} LIMIT 1)
         INSERT INTO ${table} (${names})
         SELECT ${values} FROM one, generate_series($1::bigint, $2::bigint) AS i`,
        [copied + 1, total],
      );
      copied = total;
      const size = await client.query(`SELECT pg_total_relation_size($1) AS bytes`, [table]);
      return Number(size.rows[0]?.bytes);
    };
  };
}

/** What differs between two sessions: in no order, as ids are; a moment later, as logins are. */
const OTHERWISE: Record<string, (type: string) => string> = {
  sid: (type) => {
    const hash = `sha256(convert_to(i::text, 'UTF8'))`;
    if (type === 'bytea') return hash;
    return `left(translate(encode(${hash}, 'base64'), '+/=', '-_'), length(sid))`;
  },
  expire: () => `expire + i * interval '1 millisecond'`,
  user_id: () => `'user-' || i`,
};
