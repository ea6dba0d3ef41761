// Replicas that miss what their primary confirms: Redis answers before they have heard of it.
import { until } from '../wait.ts';
import { memberAt, portOf, type RedisMember, settleLimitMs } from './members.ts';
import { ask } from './ping.ts';

/**
 * From now on the replicas of a primary hear nothing of what it is told; they have what it was told
 * before.
 *
 * @param members in which its replicas are.
 * @returns what lets them go on. Soon: Sentinels promote none that was silent for seconds, and try
 *   again only much later.
 */
export async function leaveBehind(
  primary: RedisMember,
  members: readonly RedisMember[],
): Promise<() => Promise<void>> {
  const { offset, replicas } = await replicationOf(primary);
  if (replicas.length === 0) throw new Error('This primary has no replica.');
  await until('The replicas did not catch up', settleLimitMs, async () => {
    const now = await replicationOf(primary);
    return now.replicas.every((replica) => replica.offset >= offset);
  });
  const frozen = replicas.map(({ port }) => memberAt(members, port));
  await Promise.all(frozen.map((replica) => replica.freeze()));
  // What is in the line already would still arrive.
  await ask(portOf(primary), 'CLIENT', 'KILL', 'TYPE', 'replica');
  return async () => {
    await Promise.all(frozen.map((replica) => replica.thaw()));
  };
}

/** How much it has been told, and how much of that each replica says to have. */
async function replicationOf(primary: RedisMember) {
  const info = await ask(portOf(primary), 'INFO', 'replication');
  const replicas = [...info.matchAll(/^slave\d+:.*port=(\d+),.*offset=(\d+)/gm)];
  return {
    offset: Number(/^master_repl_offset:(\d+)/m.exec(info)?.[1]),
    replicas: replicas.map(([, port, offset]) => ({ port: Number(port), offset: Number(offset) })),
  };
}
