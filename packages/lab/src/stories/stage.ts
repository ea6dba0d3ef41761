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
import { chooseExamples } from '../examples.ts';
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

  get url(): string {
    return this.#url;
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

  close(): Promise<void> {
    return this.kill();
  }

  /** A second browser, for who comes while something is broken. */
  stranger(): Browser {
    return new Browser(this.#url, { timeoutMs: PATIENCE_MS });
  }
}

const PATIENCE_MS = 8000;

/** Hands on what is being opened; it is closed when all is over, what came last first. */
export type Open = <Part extends { close(): Promise<void> }>(part: Promise<Part>) => Promise<Part>;

/** Closes what was opened for some work, however that ends. */
export async function closing<T>(work: (open: Open) => Promise<T>): Promise<T> {
  const opened: Promise<{ close(): Promise<void> } | undefined>[] = [];
  const open: Open = (part) => {
    opened.unshift(part.catch(() => undefined)); // whoever waits for it gets the error
    return part;
  };
  try {
    return await work(open);
  } finally {
    for (const part of opened) await (await part)?.close();
  }
}

/**
 * Runs a story as a command, and ends whatever it has opened, however it ends.
 *
 * @param about for `--help`: what it shows.
 * @returns an exit code.
 */
export async function perform(
  about: string,
  args: string[],
  tell: (open: Open) => Promise<void>,
): Promise<number> {
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
  await closing(tell);
  return 0;
}

export interface Stage {
  shops: readonly Shop[];
  redis: Awaited<ReturnType<typeof startRedis>>;
  postgres: Awaited<ReturnType<typeof startPostgres>>;
}

export interface Story {
  about: string;
  persistence: RedisPersistence;
  tell(stage: Stage): Promise<void>;
}

/** Plays a story on all examples, with one Redis and one Postgres. */
export function play({ about, persistence, tell }: Story, args: string[]): Promise<number> {
  return perform(about, args, async (open) => {
    scene('Five examples, a Redis and a Postgres are started, on ports of their own …');
    const [redis, postgres] = await Promise.all([
      open(startRedis({ persistence })),
      open(startPostgres()),
    ]);
    const env = { REDIS_URL: redis.url, DATABASE_URL: await appRole(postgres.url) };
    const shops = await openShops(open, [], env, postgres.url);
    await tell({ shops, redis, postgres });
  });
}

/**
 * Starts examples with a secret of their own.
 *
 * @param names of the examples; none for all of them.
 * @param env where the stores are.
 * @param ownerUrl of the same database, as the owner of the tables.
 */
export function openShops(
  open: Open,
  names: readonly string[],
  env: Record<string, string>,
  ownerUrl: string,
): Promise<Shop[]> {
  const SESSION_SECRET = randomBytes(48).toString('base64url');
  return Promise.all(
    chooseExamples(names).map(async ({ name, needs }) => {
      if (needs.includes('postgres')) {
        await migrate(readPostgresConfig({ ...env, MIGRATION_DATABASE_URL: ownerUrl }), name);
      }
      const shop = new Shop(name, { ...env, SESSION_SECRET });
      return open(shop.start().then(() => shop));
    }),
  );
}

/** What somebody sees, in words. */
export async function say(request: () => Promise<{ status: number }>): Promise<string> {
  const words: Record<number, string> = {
    200: 'is served',
    204: 'is done',
    401: 'is asked to log in (401)',
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
