import {
  appRole,
  findOrStartPostgres,
  findOrStartRedis,
  type PostgresRestartOptions,
  postgresAvailability,
  type RedisRestartOptions,
  redisAvailability,
  type ServiceHandle,
} from '@session-lab/services';
import { readNamespace } from 'security-helpers';
import { migrate, readPostgresConfig } from 'security-helpers/postgres';
import type { Example, ServiceName } from './examples.ts';

type Env = Record<string, string>;
type Handle = ServiceHandle<RedisRestartOptions & PostgresRestartOptions>;

/** By `settings` an example may name one; the first of them points it at one that is started here. */
const services = {
  redis: {
    title: 'Redis',
    settings: ['REDIS_URL', 'REDIS_SENTINELS', 'REDIS_CLUSTER'],
    availability: redisAvailability,
    open: findOrStartRedis,
  },
  postgres: {
    title: 'Postgres',
    settings: ['DATABASE_URL'],
    availability: postgresAvailability,
    open: findOrStartPostgres,
  },
} as const;

/** The stores that the examples share, each found or started once. */
export class Stores {
  readonly #folder: string;
  readonly #say: (line: string) => void;
  readonly #opened = new Map<string, Promise<Handle>>();

  constructor(folder: string, say: (line: string) => void) {
    this.#folder = folder;
    this.#say = say;
  }

  /**
   * Opens what an example needs.
   *
   * @param settings of that example: where they name a store, it is used.
   * @returns where its sessions live, for the table, and what points it there beside its settings.
   * @throws UnavailableError (exit code 69) with one sentence.
   */
  async openFor(
    { name, needs }: Example,
    settings: NodeJS.ProcessEnv,
  ): Promise<{ title: string; env: Env }> {
    const titles: string[] = [];
    const env: Env = {};
    for (const need of needs) {
      const handle = await this.open(need, settings);
      titles.push(`${services[need].title} ${handle.place}`);
      const point = need === 'postgres' ? await migrated(handle, name, settings) : handle.url;
      if (handle.provider !== 'url') env[services[need].settings[0]] = point;
    }
    return { title: titles.join(', ') || 'the memory of that process', env };
  }

  /** Gives them back. Those that nobody else uses are stopped; what they hold stays on the disk. */
  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#opened.values());
    await Promise.all(
      opened.map((result) => (result.status === 'fulfilled' ? result.value.close() : undefined)),
    );
  }

  /** The store that is used with these settings: all examples with the same get the same. */
  open(need: ServiceName, settings: NodeJS.ProcessEnv): Promise<Handle> {
    const named = services[need].settings.map((name) => settings[name] || null);
    const key = JSON.stringify([need, ...named]);
    const known = this.#opened.get(key);
    if (known) return known;
    const opening = this.#start(need, settings);
    this.#opened.set(key, opening);
    return opening;
  }

  async #start(need: ServiceName, env: NodeJS.ProcessEnv): Promise<Handle> {
    const { title, settings, availability, open } = services[need];
    const found = await availability(env);
    const isNamed = settings.some((name) => env[name]);
    if (found.runs === true) {
      this.#say(isNamed ? `${title}: ${found.how}.` : `Starting ${title} (${found.how}) …`);
    }
    return open({ folder: this.#folder, env, announce: this.#say });
  }
}

/** Makes the tables of an example, as their owner. @returns the URL that the example itself gets. */
async function migrated(
  { url, provider }: Handle,
  name: string,
  settings: NodeJS.ProcessEnv,
): Promise<string> {
  const own = provider !== 'url'; // on a server of ours, the owner is whom we log in as
  const DATABASE_URL = own ? await appRole(url) : url;
  const env = { ...settings, DATABASE_URL, ...(own && { MIGRATION_DATABASE_URL: url }) };
  await migrate(readPostgresConfig(env), readNamespace(settings, name));
  return DATABASE_URL;
}
