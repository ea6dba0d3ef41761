// WHERE SESSIONS LIVE: in Redis, one key a session: `<namespace>:session:<hash of the id>`.
//
// Who deletes them:      a logout; Redis itself, to the millisecond, when a key's time is up.
// A restart of the app:  nobody notices.
// Two instances:         share all sessions.
// A restart of Redis:    everybody is logged out, unless Redis writes to disk (AOF). With snapshots
//                        (RDB), whoever has logged out since the last one is logged in again.
// An outage of Redis:    503 within the deadline for whoever has a session; when Redis is back,
//                        the same process serves again.

import type { Clock, Config } from 'security-helpers';
import {
  connectRedis,
  connectReplicas,
  RedisStore,
  readRedisConfig,
  redisLimiter,
} from 'security-helpers/redis';

export const where = 'in Redis';

export async function openStore(env: NodeJS.ProcessEnv, config: Config, _clock: Clock) {
  const whereRedisIs = readRedisConfig(env);
  // Fails fast while Redis is away, gives up on a frozen one, reconnects for ever.
  const client = await connectRedis(whereRedisIs);
  // The prefix keeps applications that share a Redis apart.
  const prefix = `${config.namespace}:session:`;
  const users = { prefix: `${config.namespace}:user:`, longestMs: config.lifetime.absoluteMs };
  // Off, unless REDIS_WAIT_REPLICAS says how many must have a login or a logout.
  const replicas = await connectReplicas(whereRedisIs, { ...config, prefix, users });
  const store = new RedisStore({ client, prefix, users, confirm: replicas.confirm });
  return {
    store,
    limiter: redisLimiter(client, `${config.namespace}:throttle:`),
    /** Rejects while the store cannot be reached. */
    check: async () => void (await client.ping()),
    async close() {
      replicas.close();
      await client.destroy();
    },
  };
}
