import { createClient, createCluster, createSentinel } from 'redis';
import { firstConnection, reasonOf, withoutCredentials } from '../first-connection.ts';
import { UnavailableError } from '../process.ts';
import type { RedisConfig } from './redis-config.ts';
import { stayConnected } from './stay-connected.ts';

export type RedisClient = ReturnType<typeof newClient>;

/**
 * Connects to Redis, so that neither a dead nor a frozen server can hang a request.
 *
 * - Commands fail at once while there is no connection (`disableOfflineQueue`). By default they
 *   queue: five seconds each, in memory without a bound.
 * - A connection on which nothing comes back is given up (`stayConnected`).
 * - The default reconnect strategy stops for ever after a socket time-out; ours never stops.
 * - A listener for `error`: without one, the first lost connection ends the process.
 *
 * @param where the URL of one server, `redis://` or `rediss://`; or what `readRedisConfig` says.
 * @param options what may be left out.
 * @param options.required false: without a connection it says so, and connects when there is one.
 * @throws UnavailableError when there is no connection after five attempts.
 */
export async function connectRedis(
  where: string | RedisConfig,
  { required = true } = {},
): Promise<RedisClient> {
  const config = typeof where === 'string' ? { redisUrl: where } : where;
  const client = newClient(config);
  // Each command that suffers from it rejects, and is reported there.
  let reason: string | undefined;
  client.on('error', (error) => {
    reason = reasonOf(error);
  });
  const connected = stayConnected(client, () => newClient(config));
  const [setting, urls] = settingOf(config);
  try {
    await firstConnection({
      title: `Redis at ${urls.map(withoutCredentials).join(', ')}`,
      setting,
      ask: () => connected.then(() => client.ping()),
      reason: () => reason,
    });
    return client;
  } catch (error) {
    if (!required && error instanceof UnavailableError) {
      console.error(`${error.message} Going on without it until then.`);
      return client;
    }
    await client.destroy();
    throw error;
  }
}

function settingOf(config: RedisConfig): [name: string, urls: string[]] {
  if ('redisUrl' in config) return ['REDIS_URL', [config.redisUrl]];
  if ('clusterUrls' in config) return ['REDIS_CLUSTER', config.clusterUrls];
  return ['REDIS_SENTINELS', config.sentinelUrls];
}

const SOCKET = { connectTimeout: 1000, socketTimeout: 2000 };
const CONNECTION = {
  disableOfflineQueue: true,
  // What an account for sessions may not do is not tried: the server's log of denials is for attacks.
  disableClientInfo: true,
  maintNotifications: 'disabled',
  // Theirs, of five seconds, is over once a command is written, and costs more than the rest of it:
  // an AbortSignal each. `withinBudget` has a deadline for all of it.
  commandOptions: { timeout: 0 },
} as const;
const reconnectStrategy = (retries: number) => Math.min(50 * 2 ** retries, 500);

function newClient(config: RedisConfig) {
  if ('redisUrl' in config) {
    const socket = { ...SOCKET, reconnectStrategy };
    return createClient({ ...CONNECTION, url: config.redisUrl, socket });
  }
  return 'clusterUrls' in config ? newCluster(config.clusterUrls) : newSentinel(config);
}

/**
 * Follows the primary from one server to the next.
 *
 * - `maxCommandRediscovers: 0`: what meets a lost primary looks once for a new one, and fails if there
 *   is none yet. By default it is held back and sent again, up to 16 seconds after its request was
 *   answered 503.
 * - `reserveClient`: otherwise, of two requests that need the connection first, one waits until
 *   nobody else uses it; on a busy server that is never.
 * - `scanInterval`: a Sentinel that was lost may take the news of a failover with it.
 */
function newSentinel({ sentinelUrls, primaryName }: Extract<RedisConfig, { primaryName: string }>) {
  const manner = mannerOf(sentinelUrls);
  const { socket } = manner;
  return createSentinel({
    name: primaryName,
    sentinelRootNodes: sentinelUrls.map((url) => {
      const { hostname, port } = new URL(url);
      return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) };
    }),
    nodeClientOptions: { ...manner, socket: { ...socket, reconnectStrategy } },
    sentinelClientOptions: manner,
    maxCommandRediscovers: 0,
    reserveClient: true,
    scanInterval: 1000,
  });
}

/**
 * Knows which server owns which keys, and asks again when one is lost: by default only after five
 * seconds (`topologyRefreshOnReconnectionAttemptStrategy`).
 */
function newCluster(urls: string[]) {
  const manner = mannerOf(urls);
  return createCluster({
    rootNodes: urls.map((url) => ({ url })),
    defaults: { ...manner, socket: { ...manner.socket, reconnectStrategy } },
    topologyRefreshOnReconnectionAttemptStrategy: 100,
  });
}

/** How to connect to each of them, and to those that they name. */
function mannerOf([first = '']: string[]) {
  const { protocol, username, password } = new URL(first);
  return {
    ...CONNECTION,
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
    socket: { ...SOCKET, ...(protocol === 'rediss:' && { tls: true as const }) },
  };
}
