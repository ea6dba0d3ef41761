// What a benchmark consists of: each stage can be run alone, on stores of its own.
import type { Open } from '../../lab/src/stories/stage.ts';
import { type ClientCachePlan, fullCache, measureClientCache, quickCache } from './client-cache.ts';
import { measureCrowds } from './crowds.ts';
import { startGenerator } from './generator.ts';
import { measureGuards } from './guards.ts';
import { measure } from './measure.ts';
import {
  type CrowdPlan,
  full,
  fullCrowds,
  mostPeople,
  mostSessions,
  type Plan,
  quick,
  quickCrowds,
} from './profiles.ts';
import { measurePrune } from './prune.ts';
import type { Cell, Results, Run } from './results.ts';
import { contestants, type Stores } from './servers.ts';
import { fullSizes, measureSizes, quickSizes, type SizePlan } from './sizes.ts';
import { openServers, openStores } from './stage.ts';
import { openStoreCounter } from './store-counts.ts';
import { lookAtSystem, storeVersions } from './system.ts';

export type StageName = keyof Results;
type Part<Name extends StageName> = NonNullable<Results[Name]>;

export interface Options<Name extends StageName> {
  plan: Run['plan'];
  /** Further settings of all servers. */
  env?: Record<string, string>;
  progress(done: number, line: string): void;
  /** Gets what there is so far, again and again: nothing is lost when somebody stops it. */
  save(part: Part<Name>): void;
}

interface Stage<Name extends StageName> {
  /** For `--help`. */
  about: string;
  run(open: Open, options: Options<Name>): Promise<void>;
  /** Of a server, in this plan. */
  connections(plan: Run['plan']): number;
}

/** In the order in which they are run: first what does not mind other programs. */
export const stages: { [Name in StageName]-?: Stage<Name> } = {
  sizes: {
    about: 'the bytes that sessions take in a store, by their size and their number',
    run: (open, options) =>
      benchSizes(open, { quick: quickSizes, full: fullSizes }[options.plan], options),
    connections: () => 1,
  },
  prune: {
    about: 'how Postgres serves while expired rows are removed',
    run: (open, options) =>
      benchPrune(open, { quick: 10_000, full: 1_000_000 }[options.plan], options),
    connections: () => 50,
  },
  'client-cache': {
    about: 'what a cache in the client of Redis gains, and how long it does not see a logout',
    run: (open, options) =>
      benchClientCache(open, { quick: quickCache, full: fullCache }[options.plan], options),
    connections: () => 1,
  },
  requests: {
    about: 'how many requests each server answers, and what each of them costs',
    run: (open, options) => benchRequests(open, { quick, full }[options.plan], options),
    connections: (plan) =>
      Math.max(...{ quick, full }[plan].profiles.map(({ connections }) => connections)),
  },
  users: {
    about: 'how long an answer takes when many people click now and then',
    run: (open, options) =>
      benchUsers(open, { quick: quickCrowds, full: fullCrowds }[options.plan], options),
    connections: (plan) => mostPeople({ quick: quickCrowds, full: fullCrowds }[plan]),
  },
};

export const stageNames = Object.keys(stages) as StageName[];

export async function benchSizes(
  open: Open,
  sizePlan: SizePlan,
  { plan, progress, save }: Options<'sizes'>,
): Promise<void> {
  const { stores, run } = await begin(open, plan);
  const saveSizes = (sizes: Part<'sizes'>['sizes']) => save({ ...run, sizes });
  await measureSizes(open, stores, sizePlan, progress, saveSizes);
}

export async function benchPrune(
  open: Open,
  rows: number,
  { plan, progress, save }: Options<'prune'>,
): Promise<void> {
  const { stores, run } = await begin(open, plan);
  const generator = await open(startGenerator());
  const savePrunes = (prunes: Part<'prune'>['prunes']) => save({ ...run, prunes });
  await measurePrune(open, { stores, generator, rows }, progress, savePrunes);
}

export async function benchClientCache(
  open: Open,
  cachePlan: ClientCachePlan,
  { plan, progress, save }: Options<'client-cache'>,
): Promise<void> {
  const { stores, run } = await begin(open, plan);
  const seen = await measureClientCache(open, stores.redisUrl, cachePlan, progress);
  save({ ...run, ...seen });
}

export async function benchRequests(
  open: Open,
  plan: Plan,
  { env, progress, save }: Options<'requests'>,
): Promise<void> {
  const { stores, run } = await begin(open, plan.name);
  progress(0, 'each guard by itself');
  const guards = await measureGuards(GUARD_MS);
  progress(0, 'starting the servers');
  const users = mostSessions(plan);
  const measured = measuredBy(plan);
  const runners = await openServers(open, measured, stores, { USERS: String(users), ...env });
  const generator = await open(startGenerator());
  const counter = await open(openStoreCounter(stores));
  const profiles = plan.profiles.map(({ name, title, connections }) => ({
    name,
    title,
    connections,
  }));
  const saveCells = (cells: readonly Cell[]) =>
    save({ ...run, servers: named(measured), profiles, ...soFar(cells), guards });
  await measure({ plan, runners, generator, counter, users, progress, save: saveCells });
}

const GUARD_MS = 150;

export async function benchUsers(
  open: Open,
  plan: CrowdPlan,
  { env = {}, progress, save }: Options<'users'>,
): Promise<void> {
  const { stores, run } = await begin(open, plan.name);
  const counter = await open(openStoreCounter(stores));
  const measured = measuredBy(plan);
  const profiles = plan.crowds.map(({ name, title, people }) => ({
    name,
    title,
    connections: people,
  }));
  const saveCells = (cells: readonly Cell[]) =>
    save({ ...run, servers: named(measured), profiles, ...soFar(cells), guards: [] });
  await measureCrowds({
    plan,
    contestants: measured,
    stores,
    counter,
    env,
    progress,
    save: saveCells,
  });
}

const measuredBy = ({ leavesOut }: Pick<Plan, 'leavesOut'>) =>
  contestants.filter(({ name }) => !leavesOut.includes(name));

const named = (servers: typeof contestants) => servers.map(({ name, title }) => ({ name, title }));

const soFar = (cells: readonly Cell[]) => ({
  rounds: Math.max(...cells.map(({ round }) => round)),
  cells: [...cells],
});

/** Stores with their tables, and what a stage says of its run. */
async function begin(open: Open, plan: Run['plan']): Promise<{ stores: Stores; run: Run }> {
  const date = new Date().toISOString();
  const system = await lookAtSystem(); // before anything of ours is a load
  const stores = await openStores(open);
  await openServers(open, [], stores, {});
  const versions = { ...system.versions, ...(await storeVersions(stores)) };
  return { stores, run: { date, plan, system: { ...system, versions } } };
}
