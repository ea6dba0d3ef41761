// What the tests in this folder stand on: browsers, a clock, a Postgres, a Redis, and the example
// itself, started in this process or in one of its own. Whatever a test starts ends with that test.

import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ADA, type ServerProcess, startServer } from '@session-lab/acceptance';
import * as services from '@session-lab/services';
import pg from 'pg';
import { createClient } from 'redis';
import { type Clock, type Running, systemClock } from 'security-helpers';
import { migrate, readPostgresConfig } from 'security-helpers/postgres';
import { afterAll, onTestFinished, vi } from 'vitest';
import { start } from '../src/server.ts';

export { ADA, Browser, GRACE, idIn, replay } from '@session-lab/acceptance';
export { ManualClock } from 'security-helpers';

// Real processes on a busy machine take their time.
vi.setConfig({ testTimeout: 60_000 });

type Env = Record<string, string>;

// One for all instances of a test file: with different ones, none knows the other's cookies.
const SESSION_SECRET = randomBytes(48).toString('base64url');

/** A Postgres with its tables, a Redis, and what points the example at them. */
export interface Stores {
  postgres: Awaited<ReturnType<typeof services.startPostgres>>;
  redis: Awaited<ReturnType<typeof services.startRedis>>;
  env: { DATABASE_URL: string; MIGRATION_DATABASE_URL: string; REDIS_URL: string };
}

/** Starts a Postgres and a Redis of its own, to be killed and frozen. */
export async function startStores(
  persistence: services.RedisPersistence = 'none',
): Promise<Stores> {
  const stores = await startBoth(persistence);
  onTestFinished(() => close(stores));
  return stores;
}

let shared: Promise<Stores> | undefined;
afterAll(async () => void (shared && (await close(await shared))));

async function startBoth(persistence: services.RedisPersistence = 'none'): Promise<Stores> {
  const [postgres, redis] = await Promise.all([
    services.startPostgres({ durable: true }),
    services.startRedis({ persistence }),
  ]);
  const env = {
    DATABASE_URL: await services.appRole(postgres.url),
    MIGRATION_DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
  };
  await migrate(readPostgresConfig(env), 'hybrid');
  return { postgres, redis, env };
}

async function close({ postgres, redis }: Stores): Promise<void> {
  await Promise.all([postgres.close(), redis.close()]);
}

/**
 * Starts the example in this process, on a free port, with a clock that a test can turn; on stores
 * that the test file shares, unless `DATABASE_URL` names one.
 */
export async function startExample(options: { env?: Env; clock?: Clock } = {}): Promise<Running> {
  if (!options.env?.['DATABASE_URL']) shared ??= startBoth();
  const stores = (await shared)?.env;
  const running = await start({
    env: { PORT: '0', SESSION_SECRET, ...stores, ...options.env },
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

/** Runs a script of this example to its end. @returns what it has printed. */
export async function runScript(script: string, env: Env): Promise<string> {
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  const settings = { ...process.env, SESSION_SECRET, ...env };
  const args = ['--import', 'tsx', script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd, env: settings });
  return stdout;
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

/** What the owner of the database finds there. */
export async function query(stores: Stores, text: string): Promise<Record<string, unknown>[]> {
  const owner = new pg.Client({ connectionString: stores.postgres.url });
  await owner.connect();
  try {
    return (await owner.query(text)).rows;
  } finally {
    await owner.end();
  }
}

/** All keys in Redis, each with the milliseconds after which Redis removes it. */
export async function redisKeys({ redis }: Stores): Promise<{ key: string; ttlMs: number }[]> {
  const client = await createClient({ url: redis.url }).connect();
  try {
    const keys = await client.keys('*');
    return await Promise.all(keys.map(async (key) => ({ key, ttlMs: await client.pTTL(key) })));
  } finally {
    client.destroy();
  }
}
