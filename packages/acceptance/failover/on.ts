// The examples on a Redis of many servers: on Sentinels and on a cluster, shared by all suites.
import { type RedisMember, startRedisCluster, startRedisSentinel } from '@session-lab/services';
import { createClient } from 'redis';
import { type KeyKind, redisAcl } from 'security-helpers/redis';
import type { Backend, Target } from '../src/target.ts';
import { postgres } from '../src/targets/postgres.ts';

export type Kind = 'Sentinel' | 'Cluster';
export const KINDS: Kind[] = ['Sentinel', 'Cluster'];

const START = { Sentinel: startOnSentinel, Cluster: startOnCluster };
const started = new Map<Kind, ReturnType<(typeof START)[Kind]>>();
let count = 0;

async function startOnSentinel() {
  const { env, servers, sentinels, close } = await startRedisSentinel();
  return {
    close,
    async envFor(namespace: string) {
      await admit(servers, redisAcl(namespace, KEYS));
      // What it takes to find the primary, and to hear that it is another.
      const asks =
        '-@all +ping +psubscribe +sentinel|master +sentinel|replicas +sentinel|sentinels';
      await admit(sentinels, `resetchannels &* ${asks}`);
      return { ...env, REDIS_SENTINELS: asApp(env.REDIS_SENTINELS) };
    },
  };
}

async function startOnCluster() {
  const { env, members, close } = await startRedisCluster();
  return {
    close,
    async envFor(namespace: string) {
      await admit(members, redisAcl(namespace, KEYS, { cluster: true }));
      return { REDIS_CLUSTER: asApp(env.REDIS_CLUSTER) };
    },
  };
}

const KEYS: KeyKind[] = ['session', 'user', 'throttle', 'hot'];
const asApp = (list: string) => list.replaceAll('127.0.0.1', 'redis://app:password@127.0.0.1');

/** An account that may do what is in the rules; each suite adds its own keys. */
async function admit(members: readonly RedisMember[], rules: string): Promise<void> {
  for (const { url } of members) {
    const client = await createClient({ url }).connect();
    const user = ['ACL', 'SETUSER', 'app', 'on', '>password'];
    await client.sendCommand(user.concat(rules.replace('resetkeys ', '').split(' ')));
    client.destroy();
  }
}

/** The same example, pointed there: its code does not know the difference. */
export function on(kind: Kind, target: Target): Target {
  return {
    ...target,
    name: `${target.name} on ${kind}`,
    async openBackend(): Promise<Backend> {
      const redis = started.get(kind) ?? START[kind]();
      started.set(kind, redis);
      count += 1;
      const rows = target.name === 'hybrid' ? await postgres.openBackend() : undefined;
      const own = rows?.env ?? { SESSION_NAMESPACE: `suite_on_${count}` };
      const env = await (await redis).envFor(own['SESSION_NAMESPACE'] ?? '');
      return { env: { ...env, ...own }, close: async () => rows?.close() };
    },
  };
}

/** Ends what the suites have shared. */
export async function closeAll(): Promise<void> {
  await Promise.all([...started.values()].map(async (redis) => (await redis).close()));
}
