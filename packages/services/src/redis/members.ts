// Redis servers that belong together, each a private server of its own.
import { type PrivateHandle, startPrivate } from '../private.ts';
import type { PrivateFolder } from '../private-folder.ts';
import { UnavailableError } from '../unavailable.ts';
import { until } from '../wait.ts';
import { findRedisBinary } from './binary.ts';
import { missingSentence } from './ladder.ts';
import { type RedisRestartOptions, type RedisRole, redisServer } from './launch.ts';
import { ask } from './ping.ts';

export type RedisMember = PrivateHandle<RedisRestartOptions>;

/** Generous: all of them share this machine with the tests. */
export const settleLimitMs = 60_000;

/**
 * Starts one. No container: the members would have to reach each other at the addresses that they
 * tell their clients.
 * @throws UnavailableError without a redis-server or valkey-server
 */
export async function startMember(
  env: NodeJS.ProcessEnv,
  roleAt: (place: PrivateFolder) => RedisRole,
): Promise<RedisMember> {
  const program = await findRedisBinary(env);
  if (!program) throw new UnavailableError(missingSentence(env));
  const server = (place: PrivateFolder) =>
    redisServer(program, place, 'none', undefined, roleAt(place));
  return startPrivate('redis', server, undefined);
}

/** All at once; when one cannot be started, none is left. */
export async function startAll(starts: (() => Promise<RedisMember>)[]): Promise<RedisMember[]> {
  const started = await Promise.allSettled(starts.map((start) => start()));
  const members = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failed = started.find((one) => one.status === 'rejected');
  if (!failed) return members;
  await closeAll(members);
  throw failed.reason;
}

export async function closeAll(members: readonly RedisMember[]): Promise<void> {
  await Promise.all(members.map((member) => member.close()));
}

export const portOf = (member: RedisMember): number => Number(new URL(member.url).port);

export function memberAt(members: readonly RedisMember[], port: number): RedisMember {
  const found = members.find((member) => portOf(member) === port);
  if (!found) throw new Error(`No member listens on port ${port}.`);
  return found;
}

/** What the first member that is able to answers; a killed or frozen one is passed over. */
export async function askAny(members: readonly RedisMember[], ...words: string[]): Promise<string> {
  for (const member of members) {
    const answer = await ask(portOf(member), ...words).catch(() => undefined);
    if (answer !== undefined) return answer;
  }
  throw new Error('No member answers.');
}

/** A replica that has not caught up would be promoted empty. */
export async function untilReplicating(replica: RedisMember): Promise<void> {
  await until('A replica did not catch up', settleLimitMs, async () => {
    const info = await ask(portOf(replica), 'INFO', 'replication').catch(() => '');
    return info.includes('master_link_status:up');
  });
}
