// What an example stands on here: real stores of its own, and a line to each that can be bad.
import { fileURLToPath } from 'node:url';
import {
  appRole,
  type Line,
  openLine,
  type PostgresRestartOptions,
  type PrivateHandle,
  type RedisRestartOptions,
  startPostgres,
  startRedis,
} from '@session-lab/services';
import { createClient } from 'redis';
import { storeKey } from 'security-helpers';
import { migrate, readPostgresConfig } from 'security-helpers/postgres';
import { asOwner } from '../src/attack/records.ts';
import { idIn } from '../src/browser.ts';
import { type ServerProcess, startServer } from '../src/server-process.ts';
import { NO_LIMITS, SECRET } from '../src/target.ts';

export type Kind = 'redis' | 'postgres';
export type Env = Record<string, string>;

/** The hybrid gives Redis a quarter of it, which a busy machine must not use up by itself. */
export const BUDGET_MS = 1600;

const USES: Record<string, readonly Kind[]> = {
  memory: [],
  redis: ['redis'],
  koa: ['redis'],
  postgres: ['postgres'],
  hybrid: ['redis', 'postgres'],
};

export const examples = Object.keys(USES);
export const uses = (example: string, kind: Kind) => USES[example]?.includes(kind) ?? false;

export class Stores {
  readonly example: string;
  /** Straight to the stores. */
  readonly env: Env = {};
  /** By the lines. */
  readonly lineEnv: Env = {};
  /** What was tried, for whoever reads of it. */
  readonly versions: string[] = [`Node.js ${process.versions.node}`];
  #redis: PrivateHandle<RedisRestartOptions> | undefined;
  #postgres: PrivateHandle<PostgresRestartOptions> | undefined;
  readonly #lines = new Map<Kind, Line>();

  private constructor(example: string) {
    this.example = example;
  }

  static async open(example: string): Promise<Stores> {
    const stores = new Stores(example);
    if (uses(example, 'redis')) {
      stores.#redis = await startRedis({ persistence: 'aof-always' });
      await stores.#add('redis', 'REDIS_URL', stores.#redis.url);
      stores.versions.push(await redisVersion(stores.#redis.url));
    }
    if (uses(example, 'postgres')) {
      stores.#postgres = await startPostgres({ durable: true });
      const env = await migrated(stores.#postgres.url, example);
      await stores.#add('postgres', 'DATABASE_URL', env['DATABASE_URL'] ?? '');
      stores.versions.push(await postgresVersion(stores.#postgres.url));
    }
    return stores;
  }

  async #add(kind: Kind, setting: string, url: string): Promise<void> {
    const line = await openLine(url);
    this.#lines.set(kind, line);
    this.env[setting] = url;
    this.lineEnv[setting] = line.url;
  }

  get redis() {
    if (!this.#redis) throw new Error(`${this.example} has no Redis`);
    return this.#redis;
  }

  get postgres() {
    if (!this.#postgres) throw new Error(`${this.example} has no Postgres`);
    return this.#postgres;
  }

  line(kind: Kind): Line {
    const line = this.#lines.get(kind);
    if (!line) throw new Error(`${this.example} has no ${kind}`);
    return line;
  }

  /** Whether a session can be read without Postgres, where that is meant to be. */
  async isAtHand(cookie: string): Promise<boolean> {
    if (!this.#redis || !this.#postgres) return true;
    const client = await createClient({ url: this.#redis.url }).connect();
    try {
      const [place] = await client.keys(`*${storeKey(idIn(cookie))}`);
      const copy = place && (await client.get(place));
      return Boolean(copy && !/^\w+:lease:/.test(copy)); // behind the process that it is from
    } finally {
      client.destroy();
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#lines.values()].map((line) => line.close()));
    await Promise.all([this.#redis?.close(), this.#postgres?.close()]);
  }
}

async function redisVersion(url: string): Promise<string> {
  const client = await createClient({ url }).connect();
  const [, version] = /^redis_version:(\S+)/m.exec(await client.info('server')) ?? [];
  client.destroy();
  return `Redis ${version}`;
}

async function postgresVersion(url: string): Promise<string> {
  const answer = await asOwner(url, (owner) => owner.query('SHOW server_version'));
  return `Postgres ${answer.rows[0].server_version}`;
}

/** Makes the tables of an example. @returns what points it at them. */
export async function migrated(ownerUrl: string, example: string): Promise<Env> {
  const env = { DATABASE_URL: await appRole(ownerUrl), MIGRATION_DATABASE_URL: ownerUrl };
  await migrate(readPostgresConfig(env), example);
  return env;
}

const HERE = fileURLToPath(new URL('.', import.meta.url));

/** Starts the example in a process of its own. */
export function startShop(example: string, env: Env): Promise<ServerProcess> {
  const settings = {
    ...NO_LIMITS,
    SESSION_LIMIT_PER_USER: '10', // the default: or each login would look at all sessions before
    SESSION_SECRET: SECRET,
    STORE_DEADLINE_MS: String(BUDGET_MS),
  };
  return startServer(HERE, { EXAMPLE: example, ...settings, ...env }, 'instance.ts');
}
