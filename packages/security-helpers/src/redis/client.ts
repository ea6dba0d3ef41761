import { setTimeout as wait } from 'node:timers/promises';
import { createClient } from 'redis';
import { UnavailableError } from '../process.ts';

export type RedisClient = ReturnType<typeof newClient>;

const FIRST_ATTEMPTS = 5;

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
 * @param report one sentence for each attempt that failed before the first connection.
 * @throws UnavailableError when there is no connection after five attempts.
 */
export async function connectRedis(
  url: string,
  report: (line: string) => void = console.error,
): Promise<RedisClient> {
  const client = newClient(url);
  const server = withoutPassword(url);
  // Each command that suffers from it rejects, and is reported there.
  let reason = 'no answer';
  client.on('error', (error: NodeJS.ErrnoException) => {
    reason = error.message || error.code || error.name;
  });
  // Never settles while the server is away, since the strategy above never gives up.
  client.connect().catch(() => undefined);
  for (let attempt = 1; attempt <= FIRST_ATTEMPTS; attempt++) {
    if (await answers(client, 1000)) return client;
    report(`Waiting for Redis at ${server} (${attempt} of ${FIRST_ATTEMPTS}) …`);
  }
  client.destroy();
  throw new UnavailableError(
    `Redis at ${server} cannot be reached (${reason}): start it, or set REDIS_URL to one that runs.`,
  );
}

function newClient(url: string) {
  return createClient({
    url,
    disableOfflineQueue: true,
    pingInterval: 1000,
    socket: {
      connectTimeout: 1000,
      socketTimeout: 2000,
      reconnectStrategy: (retries) => Math.min(50 * 2 ** retries, 500),
    },
  });
}

async function answers(client: RedisClient, withinMs: number): Promise<boolean> {
  for (const until = Date.now() + withinMs; Date.now() < until; await wait(50)) {
    if (!client.isReady) continue;
    const pong = client.ping().then(
      () => true,
      () => false,
    );
    if (await Promise.race([pong, wait(until - Date.now(), false)])) return true;
  }
  return false;
}

function withoutPassword(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}
