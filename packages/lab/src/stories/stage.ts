// What the stories are played on: stores and examples of their own, that nobody else uses.
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Browser, type ServerProcess, startServer } from '@session-lab/acceptance';
import {
  appRole,
  ensureRedisBinary,
  type RedisPersistence,
  startPostgres,
  startRedis,
} from '@session-lab/services';
import { migrate, readPostgresConfig } from 'security-helpers/postgres';
import { examples } from '../examples.ts';
import { exampleFolder } from '../folders.ts';
import { scene } from './timeline.ts';

/** One example and the one user that it has. */
export class Shop {
  readonly name: string;
  readonly #env: Record<string, string>;
  #process: ServerProcess | undefined;
  #url = '';
  #user: Browser | undefined;

  constructor(name: string, env: Record<string, string>) {
    this.name = name;
    this.#env = env;
  }

  get user(): Browser {
    if (!this.#user) throw new Error(`${this.name} was not started`);
    return this.#user;
  }

  /** On the port that it had before: whoever is logged in finds it again. */
  async start(): Promise<void> {
    const port = this.#url && { PORT: new URL(this.#url).port };
    this.#process = await startServer(exampleFolder(this.name), { ...this.#env, ...port });
    this.#url = this.#process.url;
    this.#user ??= new Browser(this.#url, { timeoutMs: PATIENCE_MS });
  }

  async kill(): Promise<void> {
    await this.#process?.kill();
  }

  /** A second browser, for who comes while something is broken. */
  stranger(): Browser {
    return new Browser(this.#url, { timeoutMs: PATIENCE_MS });
  }
}

const PATIENCE_MS = 8000;

export interface Stage {
  shops: readonly Shop[];
  redis: Awaited<ReturnType<typeof startRedis>>;
  postgres: Awaited<ReturnType<typeof startPostgres>>;
}

export interface Story {
  /** For `--help`: what it shows. */
  about: string;
  persistence: RedisPersistence;
  tell(stage: Stage): Promise<void>;
}

/**
 * Plays a story, and ends whatever it has started, however it ends.
 *
 * @returns an exit code.
 */
export async function play({ about, persistence, tell }: Story, args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { help: { type: 'boolean', short: 'h' } } });
  if (values.help) {
    console.log(about);
    return 0;
  }
  // Stores and servers of a process go with it, as long as it exits by itself.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => process.exit(130));
  }
  await ensureRedisBinary({ announce: (text) => console.error(text) });
  scene('Five examples, a Redis and a Postgres are started, on ports of their own …');
  const [redis, postgres] = await Promise.all([startRedis({ persistence }), startPostgres()]);
  try {
    const databaseUrl = await appRole(postgres.url);
    const secret = randomBytes(48).toString('base64url');
    const stores = { REDIS_URL: redis.url, DATABASE_URL: databaseUrl };
    const shops = await Promise.all(
      examples.map(async ({ name, needs }) => {
        if (needs.includes('postgres')) {
          const env = { DATABASE_URL: databaseUrl, MIGRATION_DATABASE_URL: postgres.url };
          await migrate(readPostgresConfig(env), name);
        }
        const shop = new Shop(name, { ...stores, SESSION_SECRET: secret });
        await shop.start();
        return shop;
      }),
    );
    await tell({ shops, redis, postgres });
    await Promise.all(shops.map((shop) => shop.kill()));
    return 0;
  } finally {
    await Promise.all([redis.close(), postgres.close()]);
  }
}

/** What somebody sees, in words. */
export async function say(request: () => Promise<{ status: number }>): Promise<string> {
  const words: Record<number, string> = {
    200: 'is served',
    204: 'is done',
    401: 'is nobody: logged out',
    503: 'has to try again (503)',
  };
  try {
    const { status } = await request();
    return words[status] ?? `is answered ${status}`;
  } catch {
    return 'gets no answer';
  }
}

/** Waits until an example says that it is ready, as a load balancer would. */
export async function untilReady(shops: readonly Shop[]): Promise<void> {
  for (const shop of shops) {
    for (;;) {
      const ready = await shop
        .stranger()
        .get('/readyz')
        .catch(() => undefined);
      const parts = ready?.json as Record<string, unknown> | undefined;
      if (ready?.status === 200 && ![parts?.['redis'], parts?.['postgres']].includes('down')) break;
      await wait(50);
    }
  }
}
