// What the tests in this folder stand on: browsers, a clock, a Postgres, and the example itself,
// started in this process or in one of its own. Whatever a test starts ends with that test.

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { ADA, type ServerProcess, startServer } from '@session-lab/acceptance';
import * as services from '@session-lab/services';
import pg from 'pg';
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

/** A Postgres with its tables, and what points the example at it. */
export interface Postgres {
  service: Awaited<ReturnType<typeof services.startPostgres>>;
  env: { DATABASE_URL: string; MIGRATION_DATABASE_URL: string };
}

/** Starts a Postgres of its own, to be killed and frozen. */
export async function startPostgres(): Promise<Postgres> {
  const postgres = await start18();
  onTestFinished(() => postgres.service.close());
  return postgres;
}

let shared: Promise<Postgres> | undefined;
afterAll(async () => void (await (await shared)?.service.close()));

async function start18(): Promise<Postgres> {
  const service = await services.startPostgres({ durable: true });
  const env = {
    DATABASE_URL: await services.appRole(service.url),
    MIGRATION_DATABASE_URL: service.url,
  };
  await migrate(readPostgresConfig(env), 'postgres');
  return { service, env };
}

/**
 * Starts the example in this process, on a free port, with a clock that a test can turn; on a
 * Postgres that the test file shares, unless `DATABASE_URL` names one.
 */
export async function startExample(options: { env?: Env; clock?: Clock } = {}): Promise<Running> {
  if (!options.env?.['DATABASE_URL']) shared ??= start18();
  const database = (await shared)?.env;
  const running = await start({
    env: { PORT: '0', SESSION_SECRET, ...database, ...options.env },
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

/** How many rows there are, expired ones included. */
export async function rows({ service }: Postgres): Promise<number> {
  const owner = new pg.Client({ connectionString: service.url });
  await owner.connect();
  try {
    const { rows } = await owner.query('SELECT count(*)::int AS n FROM postgres.session');
    return rows[0].n as number;
  } finally {
    await owner.end();
  }
}
