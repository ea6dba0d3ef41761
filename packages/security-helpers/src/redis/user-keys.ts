import type { KeyChange } from '../record-store.ts';
import type { RedisClient } from './client.ts';

/** Where Redis keeps, for each user, the list of that user's records. */
export interface UserLists {
  /** Of the list's key, for instance `shop:user:`; the user's id follows. */
  prefix: string;
  /** How long a session can last at the most, in milliseconds: then its list can go as well. */
  longestMs: number;
}

// Of a sorted set, by the time of the login. The whole goes when its newest session must be over.
const CHANGE_KEYS = `
  if ARGV[2] ~= '' then
    local now = redis.call('TIME')
    redis.call('ZADD', KEYS[1], now[1] * 1000000 + now[2], ARGV[2])
    redis.call('PEXPIRE', KEYS[1], ARGV[1])
  end
  for i = 3, #ARGV do redis.call('ZREM', KEYS[1], ARGV[i]) end
  return redis.call('ZRANGE', KEYS[1], 0, -1)`;

/**
 * The keys of a user's records in Redis, oldest login first, after a change to the list.
 *
 * One list, one key, one command: it works on a cluster, where a script may touch one key only. The
 * record is written before it is listed: a crash in between leaves a record whose id nobody holds.
 */
export async function keysOf(
  client: RedisClient,
  { prefix, longestMs }: UserLists,
  userId: string,
  { add = '', drop = [] }: KeyChange = {},
): Promise<string[]> {
  const list = prefix + userId;
  if (!add && drop.length === 0) return client.zRange(list, 0, -1);
  const options = { keys: [list], arguments: [String(longestMs), add, ...drop] };
  return (await client.eval(CHANGE_KEYS, options)) as string[];
}
