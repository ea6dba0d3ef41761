import { createClient } from 'redis';
import { firstConnection, reasonOf, withoutCredentials } from '../first-connection.ts';
import { UnavailableError } from '../process.ts';

export type RedisClient = ReturnType<typeof newClient>;

/**
 * Connects to one Redis server, so that neither a dead nor a frozen one can hang a request.
 *
 * - Commands fail at once while there is no connection (`disableOfflineQueue`). By default they
 *   queue: five seconds each, in memory without a bound.
 * - `pingInterval` < `socketTimeout`: a connection on which nothing comes back is given up. Either
 *   alone is wrong: without pings an idle connection is given up too.
 * - The default reconnect strategy stops for ever after a socket time-out; ours never stops.
 * - A listener for `error`: without one, the first lost connection ends the process.
 *
 * @param url `redis://` or `rediss://`.
 * @param options.required false: without a connection it says so, and connects when there is one.
 * @throws UnavailableError when there is no connection after five attempts.
 */
export async function connectRedis(url: string, { required = true } = {}): Promise<RedisClient> {
  const client = newClient(url);
  // Each command that suffers from it rejects, and is reported there.
  let reason: string | undefined;
  client.on('error', (error) => {
    reason = reasonOf(error);
  });
  // While the server is away this settles never: the strategy above does not give up.
  const connected = client.connect();
  try {
    await firstConnection({
      title: `Redis at ${withoutCredentials(url)}`,
      setting: 'REDIS_URL',
      ask: () => connected.then(() => client.ping()),
      reason: () => reason,
    });
    return client;
  } catch (error) {
    if (!required && error instanceof UnavailableError) {
      console.error(`${error.message} Going on without it until then.`);
      return client;
    }
    client.destroy();
    throw error;
  }
}

function newClient(url: string) {
  return createClient({
    url,
    disableOfflineQueue: true,
    pingInterval: 1000,
    // What an account for sessions may not do is not tried: the server's log of denials is for attacks.
    disableClientInfo: true,
    maintNotifications: 'disabled',
    socket: {
      connectTimeout: 1000,
      socketTimeout: 2000,
      reconnectStrategy: (retries) => Math.min(50 * 2 ** retries, 500),
    },
  });
}
