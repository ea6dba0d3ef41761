import type { RedisClient } from './client.ts';

/**
 * Which process is at the other end: 40 hexadecimal digits, drawn anew at each start of a Redis.
 *
 * What was written under one `run_id` must not be believed under another: a Redis that comes back
 * after a crash, a failover or a restore may have forgotten what it has confirmed, a DEL for
 * instance.
 *
 * @returns asks for the current one. A command that is sent as soon as it resolves reaches that very
 *   process: the answer came on the same connection, and a lost connection loses what waits on it.
 *   Rejects while there is no connection.
 */
export function followRunId(client: RedisClient): () => Promise<string> {
  let current: Promise<string> | undefined;
  client.on('ready', () => {
    current = undefined; // another connection, perhaps another process
  });
  return () => {
    current ??= readRunId(client);
    return current;
  };
}

async function readRunId(client: RedisClient): Promise<string> {
  const [, runId] = /^run_id:(\w+)/m.exec(await client.info('server')) ?? [];
  if (!runId) throw new Error('INFO names no run_id');
  return runId;
}
