// Redis for tests: what REDIS_URL names, else a redis-server of this machine for each test.

import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createClient } from 'redis';
import { borrowedService, type Service, startService } from './service.ts';

/** `aof-always`: each write is on the disk before it is confirmed; `none`: a restart is empty. */
export type RedisPersistence = 'none' | 'aof-always';

const CLAIM_SECONDS = 900;

/** @throws Error with one sentence where there is no Redis. */
export async function startRedis({
  persistence = 'none',
}: {
  persistence?: RedisPersistence;
} = {}): Promise<Service> {
  const named = process.env['REDIS_URL'];
  if (named) return borrowRedis(named);
  const command = findOnPath(['redis-server', 'valkey-server']);
  if (!command) {
    throw new Error(
      'These tests need a Redis: install redis-server (apt, brew), or set REDIS_URL to one.',
    );
  }
  const disk =
    persistence === 'none'
      ? ['--save', '', '--appendonly', 'no']
      : ['--save', '', '--appendonly', 'yes', '--appendfsync', 'always'];
  return startService({
    title: 'Redis',
    url: (port) => `redis://127.0.0.1:${port}`,
    program: (data, port) => ({
      command,
      // Loopback only: there is no password.
      args: ['--bind', '127.0.0.1', '--port', String(port), '--dir', data, ...disk],
    }),
    forgets: persistence === 'none',
    async answers(url) {
      const client = createClient({ url, socket: { reconnectStrategy: false } });
      client.on('error', () => undefined); // the command rejects as well
      try {
        await client.connect();
        return (await client.ping()) === 'PONG';
      } finally {
        client.destroy();
      }
    },
  });
}

/**
 * One of its sixteen databases that is empty, so that tests see their own keys only. It is marked
 * in the named one as taken, and emptied again when the test is over.
 */
async function borrowRedis(named: string): Promise<Service> {
  const home = await createClient({ url: named }).connect();
  for (let number = 1; number < 16; number++) {
    const claim = `tests:database:${number}`;
    const expiration = { type: 'EX', value: CLAIM_SECONDS } as const;
    if (!(await home.set(claim, 'taken', { condition: 'NX', expiration }))) continue;
    const url = new URL(named);
    url.pathname = `/${number}`;
    const client = await createClient({ url: url.href }).connect();
    if ((await client.dbSize()) > 0) {
      client.destroy();
      await home.del(claim);
      continue;
    }
    return borrowedService(url.href, 'REDIS_URL', async () => {
      await client.flushDb();
      await home.del(claim);
      client.destroy();
      home.destroy();
    });
  }
  home.destroy();
  throw new Error('The Redis of REDIS_URL has no empty database left for tests: name another.');
}

function findOnPath(names: readonly string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const paths = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return paths.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
