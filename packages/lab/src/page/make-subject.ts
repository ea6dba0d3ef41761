// Puts an example under the X-ray: its settings, its stores, and the ways to look into them.
import { fileURLToPath } from 'node:url';
import { type Config, readConfig } from 'security-helpers';
import type { ExampleProcess, ExampleProcessOptions } from '../example-process.ts';
import { type Example, examples, type ServiceName } from '../examples.ts';
import type { Stores } from '../stores.ts';
import { type Watch, watchPostgres, watchRedis } from './commands.ts';
import { type Place, placeInPostgres, placeInProcess, placeInRedis } from './records.ts';
import { RunningExample } from './running.ts';
import { StoreService } from './store-service.ts';
import { Subject } from './subject.ts';

const instance = fileURLToPath(new URL('./example-instance.ts', import.meta.url));

/** Starts the example once more. */
export type Launch = (
  options?: Partial<Pick<ExampleProcessOptions, 'script' | 'env' | 'instances'>>,
) => ExampleProcess;

export interface Prepared {
  /** Of the example: its `.env`, and the environment. */
  settings: NodeJS.ProcessEnv;
  /** What it is started with. */
  env: NodeJS.ProcessEnv;
  store: { title: string };
  launch: Launch;
}

/** What the examples share, and so what all of them must hear of. */
export interface Shared {
  changed(): void;
  /** One for each store, whichever example asks. */
  service(key: string, make: () => StoreService): StoreService;
}

export async function makeSubject(
  { name, port, needs }: Example,
  stores: Stores,
  { settings, env, store, launch }: Prepared,
  shared: Shared,
): Promise<Subject> {
  const config = readConfig({ ...settings, ...env }, { name, port });
  const { seal } = config.keys;
  const services: Partial<Record<ServiceName, StoreService>> = {};
  const places: Place[] = [];
  const watches: Watch[] = [];
  for (const need of needs) {
    const handle = await stores.open(need, settings);
    services[need] = shared.service(handle.url, () =>
      need === 'redis'
        ? new StoreService('Redis', handle)
        : new StoreService('Postgres', handle, () => refill(stores, settings)),
    );
    // Of several servers, Sentinels or a cluster, the lab does not know which to look into.
    if (!URL.canParse(handle.url)) continue;
    if (need === 'postgres') {
      places.push(placeInPostgres(handle.url, config.namespace, seal));
      watches.push(watchPostgres(handle.url, config.namespace));
    } else {
      places.push(redisPlace(name, handle.url, config));
      watches.push(watchRedis(handle.url, config.namespace));
    }
  }
  const inProcess = (running: () => RunningExample | undefined) =>
    placeInProcess(async (key) => running()?.ask(key), seal);
  return new Subject(
    {
      name,
      config,
      store: store.title,
      inProcess: needs.length === 0,
      places: (running) => (needs.length > 0 ? places : [inProcess(running)]),
      watches,
      services,
      async launch(url, aheadMs) {
        const at = url === null ? { PORT: '0' } : url && { PORT: new URL(url).port };
        const running = launch({
          script: instance,
          env: { ...at, LAB_CLOCK_AHEAD_MS: String(aheadMs) },
        });
        return new RunningExample(running, await running.listening, shared.changed);
      },
    },
    shared.changed,
  );
}

/** The tables of all that keep theirs in a Postgres that is empty now. */
async function refill(stores: Stores, settings: NodeJS.ProcessEnv): Promise<void> {
  for (const example of examples) {
    if (example.needs.includes('postgres')) await stores.openFor(example, settings);
  }
}

/** Hybrid has copies there, the others the records. */
function redisPlace(name: string, url: string, { namespace, keys: { seal } }: Config): Place {
  return name === 'hybrid'
    ? placeInRedis(url, `${namespace}:hot:`, seal, 'as a copy in Redis')
    : placeInRedis(url, `${namespace}:session:`, seal);
}
