import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../wait.ts';
import {
  askAny,
  closeAll,
  memberAt,
  portOf,
  type RedisMember,
  settleLimitMs,
  startAll,
  startMember,
  untilReplicating,
} from './members.ts';
import { ask } from './ping.ts';

/** By which the Sentinels know the primary and its replicas. */
const NAME = 'sessions';
const REPLICAS = 2;
const SENTINELS = 3;

export interface RedisSentinel {
  /** What points an application at it. */
  readonly env: { readonly REDIS_SENTINELS: string; readonly REDIS_SENTINEL_NAME: string };
  /** The primary and its replicas; after a failover, in other roles. */
  readonly servers: readonly RedisMember[];
  readonly sentinels: readonly RedisMember[];
  /** The one that the Sentinels send their clients to now. */
  primary(): Promise<RedisMember>;
  /** Starts a server that has ended, as a replica; resolves when it has caught up. */
  rejoin(server: RedisMember): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts a throw-away primary with two replicas, and three Sentinels that put a replica in the place
 * of a primary which has not answered them for `downAfterMs`.
 * @throws UnavailableError when this machine has no redis-server
 */
export async function startRedisSentinel({
  downAfterMs = 1000,
  env = process.env,
}: {
  downAfterMs?: number;
  env?: NodeJS.ProcessEnv;
} = {}): Promise<RedisSentinel> {
  let primaryPort: number | undefined;
  const data = () =>
    startMember(env, () => ({
      // A primary waits five seconds for more replicas before it sends the first its data.
      args: (port) =>
        ['--repl-diskless-sync-delay', '0'].concat(
          primaryPort && primaryPort !== port
            ? ['--replicaof', '127.0.0.1', String(primaryPort)]
            : [],
        ),
    }));
  const first = await data();
  primaryPort = portOf(first);
  const members = [first];
  try {
    members.push(...(await startAll(Array(REPLICAS).fill(data))));
    const servers = [...members];
    await Promise.all(servers.slice(1).map(untilReplicating));

    const settings = [
      `sentinel monitor ${NAME} 127.0.0.1 ${primaryPort} 2`,
      `sentinel down-after-milliseconds ${NAME} ${downAfterMs}`,
      // How long one that has voted for a failover waits for it before it tries one of its own.
      `sentinel failover-timeout ${NAME} ${5 * downAfterMs}`,
      `sentinel parallel-syncs ${NAME} ${REPLICAS}`,
    ];
    const sentinel = () =>
      startMember(env, ({ path }) => {
        // It writes down there what it learns; so it is written once only.
        const configFile = join(path, 'sentinel.conf');
        writeFileSync(configFile, `${settings.join('\n')}\n`);
        return { configFile, args: () => ['--sentinel'] };
      });
    const sentinels = await startAll(Array(SENTINELS).fill(sentinel));
    members.push(...sentinels);
    await Promise.all(sentinels.map(untilItKnowsAll));

    const primary = async () => {
      const address = await askAny(sentinels, 'SENTINEL', 'GET-MASTER-ADDR-BY-NAME', NAME);
      return memberAt(servers, Number(/(\d+)\r\n$/.exec(address)?.[1]));
    };
    return {
      env: {
        REDIS_SENTINELS: sentinels.map((member) => `127.0.0.1:${portOf(member)}`).join(','),
        REDIS_SENTINEL_NAME: NAME,
      },
      servers,
      sentinels,
      primary,
      async rejoin(server) {
        primaryPort = portOf(await primary());
        await server.restart();
        await untilReplicating(server);
      },
      close: () => closeAll(members),
    };
  } catch (error) {
    await closeAll(members);
    throw error;
  }
}

/** Before that, a failover has no majority, or no replica to put in the primary's place. */
async function untilItKnowsAll(sentinel: RedisMember): Promise<void> {
  await until('A Sentinel did not find the others', settleLimitMs, async () => {
    const info = await ask(portOf(sentinel), 'INFO', 'sentinel').catch(() => '');
    return info.includes(`status=ok`) && info.includes(`slaves=${REPLICAS},sentinels=${SENTINELS}`);
  });
}
