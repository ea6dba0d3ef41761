// WHERE SESSIONS LIVE: in Redis, one key a session: `<namespace>:session:<hash of the id>`.
//
// Who deletes them:      a logout; Redis itself, to the millisecond, when a key's time is up.
// A restart of the app:  nobody notices.
// Two instances:         share all sessions.
// A restart of Redis:    everybody is logged out, unless Redis writes to disk (AOF). With snapshots
//                        (RDB), whoever has logged out since the last one is logged in again.
// An outage of Redis:    503 within the deadline for whoever has a session; when Redis is back,
//                        the same process serves again.

import type { Clock, Config, RecordStore } from 'security-helpers';
import * as redis from 'security-helpers/redis-client';

export const where = 'in Redis';

export async function openStore(env: NodeJS.ProcessEnv, config: Config, _clock: Clock) {
  const whereRedisIs = redis.readRedisConfig(env);
  // Fails fast while Redis is away, gives up on a frozen one, reconnects for ever.
  const client = await redis.connectRedis(whereRedisIs);
  // The prefix keeps applications that share a Redis apart.
  const prefix = `${config.namespace}:session:`;
  const users = { prefix: `${config.namespace}:user:`, longestMs: config.lifetime.absoluteMs };
  // Off, unless REDIS_WAIT_REPLICAS says how many must have a login or a logout.
  const replicas = await redis.connectReplicas(whereRedisIs, { ...config, prefix, users });
  return {
    store: { ...redisStore(client, prefix, users), confirm: replicas.confirm },
    limiter: redis.redisLimiter(client, `${config.namespace}:throttle:`),
    /** Rejects while the store cannot be reached. */
    check: async () => void (await client.ping()),
    async close() {
      replicas.close();
      await client.destroy();
    },
  };
}

// One key, one command: Redis runs a script as a whole, with nothing between GET and SET.
const REPLACE_IF_UNCHANGED = `
  if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
  return 1`;

type Client = redis.RedisClient;

/** Insert and replace are two things: a plain SET would bring back a session that was ended. */
function redisStore(client: Client, prefix: string, users: redis.UserLists): RecordStore {
  const wholeMs = (ttlMs: number) => Math.max(1, Math.floor(ttlMs));
  const bytes = redis.bytesOf(client); // an envelope is text; without its base64url it is smaller
  return {
    read: (key) =>
      bytes.get(prefix + key).then((found) => found && redis.unpack(found), redis.brokenRecord),
    async insert(key, record, ttlMs) {
      const expiration = { type: 'PX', value: wholeMs(ttlMs) } as const;
      const options = { expiration, condition: 'NX' } as const;
      const answer = await client.set(prefix + key, redis.pack(record), options);
      return answer !== null; // null: the key exists
    },
    replace: (key, previous, record, ttlMs) =>
      redis.inEitherForm(previous, async (stored) => {
        const args = [stored, redis.pack(record), String(wholeMs(ttlMs))];
        const options = { keys: [prefix + key], arguments: args };
        return (await client.eval(REPLACE_IF_UNCHANGED, options)) === 1;
      }),
    remove: (key) => redis.removeRecord(client, prefix + key),
    keysOf: (userId, change) => redis.keysOf(client, users, userId, change),
  };
}
