import {
  appRole,
  findOrStartPostgres,
  findOrStartRedis,
  postgresAvailability,
  redisAvailability,
  type ServiceHandle,
} from '@session-lab/services';
import { readNamespace } from 'security-helpers';
import { migrate, readPostgresConfig } from 'security-helpers/postgres';
import type { Example, ServiceName } from './examples.ts';
import { withoutPassword } from './summary.ts';

type Env = Record<string, string>;
type Handle = Pick<ServiceHandle, 'url' | 'provider' | 'close'>;

const services = {
  redis: {
    title: 'Redis',
    setting: 'REDIS_URL',
    availability: redisAvailability,
    open: findOrStartRedis,
  },
  postgres: {
    title: 'Postgres',
    setting: 'DATABASE_URL',
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
   * @param settings of that example: its REDIS_URL or DATABASE_URL decides.
   * @returns where its sessions live, for the table, and what points it there.
   * @throws UnavailableError (exit code 69) with one sentence.
   */
  async openFor(
    { name, needs }: Example,
    settings: NodeJS.ProcessEnv,
  ): Promise<{ title: string; env: Env }> {
    const titles: string[] = [];
    const env: Env = {};
    for (const need of needs) {
      const handle = await this.#open(need, settings);
      titles.push(`${services[need].title} at ${withoutPassword(handle.url)}`);
      const point = need === 'postgres' ? await migrated(handle, name, settings) : handle.url;
      env[services[need].setting] = point;
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

  #open(need: ServiceName, settings: NodeJS.ProcessEnv): Promise<Handle> {
    const key = `${need} ${settings[services[need].setting] ?? ''}`;
    const known = this.#opened.get(key);
    if (known) return known;
    const opening = this.#start(need, settings);
    this.#opened.set(key, opening);
    return opening;
  }

  async #start(need: ServiceName, env: NodeJS.ProcessEnv): Promise<Handle> {
    const { title, availability, open } = services[need];
    const found = await availability(env);
    if (found.runs === true) this.#say(`Starting ${title} (${found.how}) …`);
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
