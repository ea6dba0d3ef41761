import { join } from 'node:path';
import { PortTakenError } from '../ports.ts';
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

const PRIMARIES = 3;
const SLOTS = 16_384;
/** The members talk to each other on a port that is higher by 10,000. */
const HIGHEST_PORT = 55_535;

export interface RedisCluster {
  /** What points an application at it. */
  readonly env: { readonly REDIS_CLUSTER: string };
  readonly members: readonly RedisMember[];
  /** The one that owns the slot of this key now. */
  primaryOf(key: string): Promise<RedisMember>;
  /** Starts a member that has ended; it follows whoever took its place. */
  rejoin(member: RedisMember): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts a throw-away cluster: three primaries, each with a replica that takes its place when the
 * others have not heard of it for `nodeTimeoutMs`.
 * @throws UnavailableError when this machine has no redis-server
 */
export async function startRedisCluster({
  nodeTimeoutMs = 1000,
  env = process.env,
}: {
  nodeTimeoutMs?: number;
  env?: NodeJS.ProcessEnv;
} = {}): Promise<RedisCluster> {
  const start = () =>
    startMember(env, ({ path }) => ({
      args(port) {
        if (port > HIGHEST_PORT) throw new PortTakenError(port);
        return ['--cluster-enabled', 'yes', '--repl-diskless-sync-delay', '0'].concat(
          ['--cluster-node-timeout', String(nodeTimeoutMs)],
          // Beside the data, which go at each start: a member that comes back is still who it was.
          ['--cluster-config-file', join(path, 'nodes.conf')],
        );
      },
    }));
  const members = await startAll(Array(2 * PRIMARIES).fill(start));
  try {
    await joinUp(members);
    return {
      env: { REDIS_CLUSTER: members.map((member) => `127.0.0.1:${portOf(member)}`).join(',') },
      members,
      async primaryOf(key) {
        const slot = Number((await askAny(members, 'CLUSTER', 'KEYSLOT', key)).slice(1));
        const nodes = nodesIn(await askAny(members, 'CLUSTER', 'NODES'));
        const owner = nodes.find(({ ranges }) =>
          ranges.some(([from, to]) => slot >= from && slot <= to),
        );
        return memberAt(members, owner?.port ?? Number.NaN);
      },
      async rejoin(member) {
        await member.restart();
        await until('A member did not rejoin', settleLimitMs, () => isWhole(member));
      },
      close: () => closeAll(members),
    };
  } catch (error) {
    await closeAll(members);
    throw error;
  }
}

async function joinUp(members: readonly RedisMember[]): Promise<void> {
  const [first, ...others] = members.map(portOf);
  if (first === undefined) return;
  const primaries = members.slice(0, PRIMARIES);
  const replicas = members.slice(PRIMARIES);
  for (const [index, member] of primaries.entries()) {
    const [from, to] = [index, index + 1].map((part) => Math.round((part * SLOTS) / PRIMARIES));
    const slots = Array.from({ length: (to ?? 0) - (from ?? 0) }, (_, slot) => slot + (from ?? 0));
    await ask(portOf(member), 'CLUSTER', 'ADDSLOTS', ...slots.map(String));
    // Of two with the same epoch one has to yield: it is done before they meet.
    await ask(portOf(member), 'CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1));
  }
  for (const port of others) await ask(first, 'CLUSTER', 'MEET', '127.0.0.1', String(port));
  await Promise.all(
    members.map((member) => until('No cluster', settleLimitMs, () => isWhole(member))),
  );
  for (const [index, replica] of replicas.entries()) {
    const primary = primaries[index];
    if (!primary) continue;
    const id = (await ask(portOf(primary), 'CLUSTER', 'MYID')).split('\r\n')[1] ?? '';
    await ask(portOf(replica), 'CLUSTER', 'REPLICATE', id);
  }
  await Promise.all(replicas.map(untilReplicating));
  // A member that has not heard of the replicas yet would not vote for one.
  await Promise.all(
    members.map((member) =>
      until('A member does not know the replicas', settleLimitMs, async () => {
        const nodes = nodesIn(await ask(portOf(member), 'CLUSTER', 'NODES'));
        return nodes.filter(({ isReplica }) => isReplica).length === replicas.length;
      }),
    ),
  );
}

/** Whether it can serve every slot, and knows all members. */
async function isWhole(member: RedisMember): Promise<boolean> {
  const info = await ask(portOf(member), 'CLUSTER', 'INFO').catch(() => '');
  return info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${2 * PRIMARIES}`);
}

interface Node {
  port: number;
  isReplica: boolean;
  /** Of slots, both ends included. */
  ranges: [from: number, to: number][];
}

/** @see https://redis.io/docs/latest/commands/cluster-nodes/ */
function nodesIn(text: string): Node[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [id = '', address = '', flags = '', , , , , , ...slots] = line.split(' ');
    if (!/^[0-9a-f]{40}$/.test(id)) return [];
    const ranges = slots.map((slot): [number, number] => {
      const [from, to = from] = slot.split('-').map(Number);
      return [from ?? Number.NaN, to ?? Number.NaN];
    });
    const port = Number(/:(\d+)@/.exec(address)?.[1]);
    return [{ port, isReplica: flags.includes('slave'), ranges }];
  });
}
