import { randomBytes } from 'node:crypto';
import { Browser } from '@session-lab/acceptance';
import { createClient } from 'redis';
import { emailOf, PASSWORD } from '../../acceptance/overload/person.ts';
import type { Open } from '../../lab/src/stories/stage.ts';
import { contestants, type Stores, startContestant } from './servers.ts';
import { openTable } from './session-table.ts';

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

const recordBytes = [688, 1024, 2048, 5120];

export const quickSizes: SizePlan = { recordBytes, sessions: [500, 1000, 2000, 4000] };

export const fullSizes: SizePlan = {
  recordBytes,
  sessions: [1000, 10_000, 100_000, 1_000_000],
};

/** A real record, made by the real server, and then as many copies as there are to be sessions. */
type Copy = (total: number) => Promise<number>;

/** @returns how much each store takes for one session, of each size and at each number. */
export async function measureSizes(
  open: Open,
  stores: Stores,
  plan: SizePlan,
  progress: (done: number, line: string) => void,
  save: (sizes: Size[]) => void,
): Promise<Size[]> {
  const sizes: Size[] = [];
  const servers = ['stock-redis', 'redis', 'stock-postgres', 'postgres'];
  // What takes time is to make them.
  const each = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0);
  const whole = servers.length * each(plan.recordBytes) * (plan.sessions.at(-1) ?? 0);
  let done = 0;
  for (const server of servers) {
    for (const recordBytes of plan.recordBytes) {
      const copy = await prepare(open, server, stores, recordBytes);
      let copied = 0;
      for (const sessions of plan.sessions) {
        progress(done / whole, `${sessions} sessions of ${recordBytes} bytes: ${server}`);
        const bytes = (await copy(sessions)) / sessions;
        done += (sessions - copied) * recordBytes;
        copied = sessions;
        sizes.push({ server, recordBytes, sessions, bytes });
      }
      save([...sizes]);
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
  // Emptied first: millions of keys keep a store busy for longer than a server waits for it.
  const prepared = server.endsWith('redis')
    ? await copiesInRedis(open, stores.redisUrl)
    : await copiesInPostgres(open, stores.ownerUrl, server === 'postgres' ? server : 'public');
  const patient = { USERS: '1', STORE_DEADLINE_MS: '60000' };
  const running = await startContestant(contestant, stores, patient);
  try {
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
    // How often a client has guessed is counted once a client, however many sessions there are.
    const keys = (await client.keys('*')).filter((key) => !key.includes(':throttle:'));
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
  const table = await open(openTable(url, schema));
  await table.empty();
  return async () => {
    let copied = 0;
    return async (total) => {
      await table.copy(copied + 1, total);
      copied = total;
      return table.bytes();
    };
  };
}
