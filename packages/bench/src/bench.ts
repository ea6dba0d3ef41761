import type { Open } from '../../lab/src/stories/stage.ts';
import { startGenerator } from './generator.ts';
import { measureGuards } from './guards.ts';
import { measure } from './measure.ts';
import { mostSessions, type Plan } from './profiles.ts';
import { measurePrune, type Pruned } from './prune.ts';
import type { Results } from './results.ts';
import { contestants } from './servers.ts';
import { measureSizes, type Size, type SizePlan } from './sizes.ts';
import { openServers, openStores } from './stage.ts';
import { openStoreCounter } from './store-counts.ts';
import { lookAtSystem, storeVersions } from './system.ts';

const GUARD_MS = 150;

export interface BenchOptions {
  plan: Plan;
  /** Further settings of all servers. */
  env?: Record<string, string>;
  progress(done: number, line: string): void;
}

/** Starts stores and servers of its own and measures all of them. */
export async function bench(open: Open, { plan, env, progress }: BenchOptions): Promise<Results> {
  const system = await lookAtSystem();
  progress(0, 'each guard by itself');
  const guards = await measureGuards(GUARD_MS);
  progress(0, 'starting stores and servers');
  const stores = await openStores(open);
  const versions = await storeVersions(stores);
  const users = mostSessions(plan);
  const measured = contestants.filter(({ name }) => !plan.leavesOut.includes(name));
  const runners = await openServers(open, measured, stores, { USERS: String(users), ...env });
  const generator = await open(startGenerator());
  const counter = await open(openStoreCounter(stores));
  const cells = await measure({ plan, runners, generator, counter, users, progress });
  return {
    date: new Date().toISOString(),
    plan: plan.name,
    rounds: plan.rounds,
    system: { ...system, versions: { ...system.versions, ...versions } },
    servers: measured.map(({ name, title }) => ({ name, title })),
    profiles: plan.profiles.map(({ name, title, connections }) => ({ name, title, connections })),
    cells,
    guards,
    sizes: [],
    prunes: [],
  };
}

/** How the store on Postgres serves while rows are pruned, with stores and servers of its own. */
export async function benchPrune(
  open: Open,
  rows: number,
  progress: BenchOptions['progress'],
): Promise<Pruned[]> {
  const stores = await openStores(open);
  await openServers(open, [], stores, {}); // the tables
  const generator = await open(startGenerator());
  return measurePrune(open, { stores, generator, rows }, (line) => progress(0, line));
}

/** How much the stores take, with stores and servers of its own. */
export async function benchSizes(
  open: Open,
  plan: SizePlan,
  progress: BenchOptions['progress'],
): Promise<Size[]> {
  const stores = await openStores(open);
  await openServers(open, [], stores, {}); // the tables
  return measureSizes(open, stores, plan, progress);
}
