// What the tests in this folder stand on: browsers, a clock, a Redis, and the example itself,
// started in this process or in one of its own. Whatever a test starts ends with that test.

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { ADA, type ServerProcess, startServer } from '@session-lab/acceptance';
import * as services from '@session-lab/services';
import { createClient } from 'redis';
import { type Clock, type Running, systemClock } from 'security-helpers';
import { onTestFinished, vi } from 'vitest';
import { start } from '../src/server.ts';

export { ADA, Browser, GRACE, idIn, replay } from '@session-lab/acceptance';
export { ManualClock } from 'security-helpers';

// Real processes on a busy machine take their time.
vi.setConfig({ testTimeout: 60_000 });

type Env = Record<string, string>;

// One for all instances of a test file: with different ones, none knows the other's cookies.
const SESSION_SECRET = randomBytes(48).toString('base64url');

/** Starts a Redis of its own, to be killed and frozen. Without persistence it forgets. */
export async function startRedis(options: { persistence?: 'none' | 'aof-always' } = {}) {
  const redis = await services.startRedis(options);
  onTestFinished(() => redis.close());
  return redis;
}

/**
 * Starts the example in this process, on a free port, with a clock that a test can turn; on a Redis
 * of its own, unless `REDIS_URL` names one.
 */
export async function startExample(options: { env?: Env; clock?: Clock } = {}): Promise<Running> {
  const REDIS_URL = options.env?.['REDIS_URL'] ?? (await startRedis()).url;
  const running = await start({
    env: { PORT: '0', SESSION_SECRET, ...options.env, REDIS_URL },
    clock: options.clock ?? systemClock,
    log: { info: () => undefined },
  });
  onTestFinished(() => running.close());
  return running;
}

/** Starts the example in a process of its own, as in production, so that it can be killed. */
export async function startProcess(env: Env = {}): Promise<ServerProcess> {
  const folder = fileURLToPath(new URL('..', import.meta.url));
  const started = await startServer(folder, { SESSION_SECRET, ...env });
  onTestFinished(() => started.kill());
  return started;
}

/** Sends a login up to its body: the server has begun with it and waits for the rest. */
export async function beginLogin(url: string): Promise<{ finish(): Promise<number | undefined> }> {
  const body = JSON.stringify(ADA);
  const headers = {
    'content-type': 'application/json',
    'content-length': body.length,
    expect: '100-continue', // asks the server to say that it is ready for the body
  };
  const login = request(`${url}/login`, { method: 'POST', headers });
  const answered = once(login, 'response') as Promise<[IncomingMessage]>;
  login.flushHeaders();
  await once(login, 'continue');
  return {
    async finish() {
      login.end(body);
      const [answer] = await answered;
      answer.resume();
      return answer.statusCode;
    },
  };
}

/** The keys of sessions in a Redis, each with the milliseconds after which Redis removes it. */
export async function sessionKeys(url: string): Promise<{ key: string; ttlMs: number }[]> {
  return (await redisKeys(url)).filter(({ key }) => key.includes(':session:'));
}

async function redisKeys(url: string): Promise<{ key: string; ttlMs: number }[]> {
  const client = await createClient({ url }).connect();
  try {
    const keys = await client.keys('*');
    return await Promise.all(keys.map(async (key) => ({ key, ttlMs: await client.pTTL(key) })));
  } finally {
    client.destroy();
  }
}

/** Redis has a clock of its own, which nobody can turn: this takes the time off its keys. */
export async function passTimeInRedis(url: string, ms: number): Promise<void> {
  const client = await createClient({ url }).connect();
  try {
    for (const { key, ttlMs } of await redisKeys(url)) await client.pExpire(key, ttlMs - ms);
  } finally {
    client.destroy();
  }
}
