import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  appRole,
  type Backup,
  type Line,
  openLine,
  startPostgres,
  startRedis,
} from '@session-lab/services';
import pg from 'pg';
import { createClient } from 'redis';
import { migrate } from 'security-helpers/postgres';
import { request } from 'undici';
import { ExitedError, type ServerProcess, startServer } from '../src/server-process.ts';
import { SECRET } from '../src/target.ts';
import type { AuditRow } from './history.ts';

export const INSTANCES = 3;
/** Short, so that whatever needs it to pass is seen; long enough for a stale copy to be found. */
export const HOT_SECONDS = 4;
const BUDGET_MS = 600;
const SCHEMA = 'hybrid';
const UNAVAILABLE = 69;
const HERE = fileURLToPath(new URL('.', import.meta.url));

/** One instance, and its own lines to both stores. */
export class Instance {
  readonly redisLine: Line;
  readonly postgresLine: Line;
  readonly #script: string;
  readonly #env: Record<string, string>;
  #process: ServerProcess | undefined;
  url = '';

  constructor(parts: {
    script: string;
    redisLine: Line;
    postgresLine: Line;
    env: Record<string, string>;
  }) {
    this.redisLine = parts.redisLine;
    this.postgresLine = parts.postgresLine;
    this.#script = parts.script;
    this.#env = { ...parts.env, REDIS_URL: parts.redisLine.url };
    this.#env['DATABASE_URL'] = parts.postgresLine.url;
  }

  /** On the port that it had before. */
  async start(): Promise<void> {
    const port = this.url && new URL(this.url).port;
    const env = { ...this.#env, ...(port && { PORT: port }) };
    for (;;) {
      try {
        this.#process = await startServer(HERE, env, this.#script);
        this.url = this.#process.url;
        return;
      } catch (error) {
        // Whatever looks after it starts it again: there was no Postgres just then.
        if (!(error instanceof ExitedError) || error.exitCode !== UNAVAILABLE) throw error;
      }
    }
  }

  async kill(): Promise<void> {
    await this.#process?.kill();
  }

  freeze(): void {
    process.kill(this.#process?.pid ?? Number.NaN, 'SIGSTOP');
  }

  thaw(): void {
    process.kill(this.#process?.pid ?? Number.NaN, 'SIGCONT');
  }

  /** Whether it reaches both stores, as it says itself. */
  async isWell(): Promise<boolean> {
    try {
      const answer = await request(`${this.url}/readyz`, { headersTimeout: 2000 });
      const { postgres, redis } = (await answer.body.json()) as Record<string, string>;
      return answer.statusCode === 200 && postgres === 'up' && redis === 'up';
    } catch {
      return false;
    }
  }

  async close(): Promise<void> {
    await this.#process?.kill();
    await Promise.all([this.redisLine.close(), this.postgresLine.close()]);
  }
}

/** Three instances, a Redis that writes to disk, a Postgres, and what can be done to them. */
export interface World {
  instances: readonly Instance[];
  redis: Awaited<ReturnType<typeof startRedis>>;
  postgres: Awaited<ReturnType<typeof startPostgres>>;
  /** What Redis held some time ago. */
  backup: Backup;
  /** Resolves when each instance reaches both stores. */
  untilWell(): Promise<void>;
  wipeRedis(): Promise<void>;
  audit(): Promise<AuditRow[]>;
  close(): Promise<void>;
}

/** @param script of the instances, beside this file. */
export async function openWorld(script: string): Promise<World> {
  const [redis, postgres] = await Promise.all([
    startRedis({ persistence: 'aof-always' }),
    startPostgres(),
  ]);
  await redis.kill();
  const backup = await redis.backup();
  await redis.restart();
  const databaseUrl = await appRole(postgres.url);
  await migrate({ databaseUrl, migrationUrl: postgres.url }, SCHEMA);
  const env = {
    SESSION_SECRET: SECRET,
    SESSION_NAMESPACE: SCHEMA,
    STORE_DEADLINE_MS: String(BUDGET_MS),
    HYBRID_HOT_SECONDS: String(HOT_SECONDS),
    SESSION_PRUNE_SECONDS: '1',
    SESSION_RENEW_SECONDS: '5',
    SESSION_RENEW_GRACE_SECONDS: '1',
    LOGIN_ACCOUNT_LIMIT: '10000',
    LOGIN_CLIENT_LIMIT: '10000',
    UNKNOWN_ID_LIMIT: '10000',
    SESSION_LIMIT_PER_USER: '10000',
  };
  const instances = await Promise.all(
    Array.from({ length: INSTANCES }, async () => {
      const [redisLine, postgresLine] = [await openLine(redis.url), await openLine(databaseUrl)];
      const instance = new Instance({ script, redisLine, postgresLine, env });
      await instance.start();
      return instance;
    }),
  );

  return {
    instances,
    redis,
    postgres,
    backup,
    async untilWell() {
      const deadline = performance.now() + 60_000;
      for (;;) {
        const all = await Promise.all(instances.map((instance) => instance.isWell()));
        if (all.every(Boolean)) return;
        if (performance.now() > deadline) throw new Error('not all is well after a minute');
        await wait(30);
      }
    },
    async wipeRedis() {
      const client = createClient({ url: redis.url });
      client.on('error', () => undefined);
      await client.connect();
      await client.flushAll();
      client.destroy();
    },
    async audit() {
      const client = new pg.Client({ connectionString: postgres.url });
      await client.connect();
      const { rows } = await client.query<AuditRow>(
        `SELECT sid AS key, event FROM ${SCHEMA}.session_audit ORDER BY id`,
      );
      await client.end();
      return rows;
    },
    async close() {
      await Promise.all(instances.map((instance) => instance.close()));
      await Promise.all([redis.close(), postgres.close()]);
    },
  };
}
