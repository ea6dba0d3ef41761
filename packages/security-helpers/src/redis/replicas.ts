import type { RecordStore } from '../record-store.ts';
import { withDeadline } from '../store-budget.ts';
import { connectRedis, type RedisClient } from './client.ts';
import type { RedisConfig } from './redis-config.ts';
import type { UserLists } from './user-keys.ts';

/** What waits for replicas, if anything does. */
export interface Replicas {
  confirm: RecordStore['confirm'];
  close(): void;
}

export interface ReplicasOptions {
  /** How many have to have a change, of the server that owns its key. 0: nobody waits. */
  waitReplicas: number;
  /** For all store calls of one request together, in milliseconds. */
  storeBudgetMs: number;
  /** Of every record's key. */
  prefix: string;
  users: UserLists;
}

// What stands under a key, written once more. A DEL of what is gone would be no write, and WAIT is
// about writes.
const WRITE_AS_IT_IS = `
  local ttl = redis.call('PTTL', KEYS[1])
  if ttl > 0 then redis.call('PEXPIRE', KEYS[1], ttl) end
  if ttl == -2 then
    redis.call('SET', KEYS[1], '')
    redis.call('DEL', KEYS[1])
  end
  return ttl`;

/**
 * Confirms a change once replicas have it: Redis itself answers before they have heard of it.
 *
 * `WAIT` is about what was written on its own connection, and blocks that connection: so there is a
 * second one, where nobody stands in line but who waits. There the key is written once more as it is,
 * and WAIT sent behind that in one go, to the same server even where another has just taken over.
 * Whoever has acknowledged it has all that came before. What was changed is compared: a server that
 * has taken over may know nothing of it.
 *
 * It makes a loss less likely, and is no consensus: with one of two replicas, the other may be the
 * one that is promoted; and what was refused has happened all the same, as long as this server lives.
 *
 * @see https://redis.io/docs/latest/commands/wait/
 */
export async function connectReplicas(
  where: RedisConfig,
  { waitReplicas, storeBudgetMs, prefix, users }: ReplicasOptions,
): Promise<Replicas> {
  if (waitReplicas === 0) return { confirm: undefined, close: () => undefined };
  // Whether Redis is there, the other connection has found out.
  const client = await connectRedis(where, { required: false });
  // Two rounds are within the budget. A connection that is blocked for longer would pass for a dead
  // one (`stayConnected`).
  const ms = Math.min(1000, Math.ceil(storeBudgetMs / 3));
  // One that never comes back must not hold up the next.
  const send = (keys: readonly string[]) =>
    withDeadline(2 * ms, () => writeAndWait(client, keys, waitReplicas, ms));
  // The keys of a cluster are on several servers, each with a connection of its own, on which each
  // waits in turn. A line of seconds is given up as a whole (`stayConnected`).
  const write = 'clusterUrls' in where ? ledToOwner(client, send) : inRounds(send);

  async function confirm(key: string, expected: 'there' | 'gone'): Promise<void> {
    const { ttl, acknowledged } = await write(key);
    const isAsExpected = expected === 'gone' ? ttl === GONE : ttl > 0;
    if (!isAsExpected) throw new Error('it is not as it was: another server has taken over');
    if (acknowledged < waitReplicas) {
      throw new Error(`${acknowledged} of ${waitReplicas} replicas have it`);
    }
  }

  return {
    async confirm({ add, drop = [] }, userId) {
      // One after the other: where the first is not confirmed, the others need not wait in vain.
      for (const key of drop) await confirm(prefix + key, 'gone');
      if (add !== undefined) await confirm(prefix + add, 'there');
      if (userId !== undefined) await confirm(users.prefix + userId, 'there');
    },
    close: () => void client.destroy(),
  };
}

const GONE = -2;

interface Sent {
  ttls: number[];
  /** How many replicas have all of it. */
  acknowledged: number;
}

/** As a pipeline, which is written to one connection as a whole. */
async function writeAndWait(
  client: RedisClient,
  keys: readonly string[],
  replicas: number,
  ms: number,
): Promise<Sent> {
  const pipeline = client.multi();
  for (const key of keys) pipeline.eval(WRITE_AS_IT_IS, { keys: [key] });
  pipeline.wait(replicas, ms);
  const answers = (await pipeline.execAsPipeline()) as unknown as number[];
  return { ttls: answers.slice(0, -1), acknowledged: answers.at(-1) ?? 0 };
}

type Send = (keys: readonly string[]) => Promise<Sent>;
type Write = (key: string) => Promise<{ ttl: number; acknowledged: number }>;

const resultOf = ({ ttls, acknowledged }: Sent, index: number) => ({
  ttl: ttls[index] ?? Number.NaN,
  acknowledged,
});

/** One WAIT at a time: it is enough for all that was written before, and the line stays short. */
function inRounds(send: Send): Write {
  let next: { keys: string[]; sent: Promise<Sent> } | undefined;
  let last: Promise<unknown> = Promise.resolve();
  function begin() {
    const keys: string[] = [];
    const sent = last.then(() => {
      next = undefined;
      return send(keys);
    });
    last = sent.catch(() => undefined);
    return { keys, sent };
  }
  return async (key) => {
    next ??= begin();
    const index = next.keys.push(key) - 1;
    return resultOf(await next.sent, index);
  };
}

/**
 * A pipeline is not led to where a slot has moved; a command by itself is, and learns of it. While a
 * slot is on its way, what is new in it is refused.
 */
function ledToOwner(client: RedisClient, send: Send): Write {
  return async (key) => {
    const sent = await send([key]).catch(async (error: Error) => {
      if (!/^(MOVED|ASK) /.test(error.message)) throw error;
      await client.eval(WRITE_AS_IT_IS, { keys: [key] });
      return send([key]);
    });
    return resultOf(sent, 0);
  };
}
