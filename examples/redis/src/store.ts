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
import { connectRedis, RedisStore, readRedisConfig, redisLimiter } from 'security-helpers/redis';

export const where = 'in Redis';

export async function openStore(env: NodeJS.ProcessEnv, config: Config, _clock: Clock) {
  // Fails fast while Redis is away, gives up on a frozen one, reconnects for ever.
  const client = await connectRedis(readRedisConfig(env));
  // The prefix keeps applications that share a Redis apart.
  const store = new RedisStore({
    client,
    prefix: `${config.namespace}:session:`,
    users: { prefix: `${config.namespace}:user:`, longestMs: config.lifetime.absoluteMs },
  });
  return {
    store,
    limiter: redisLimiter(client, `${config.namespace}:throttle:`),
    /** Rejects while the store cannot be reached. */
    check: async () => void (await client.ping()),
    close: async () => client.destroy(),
  };
}
