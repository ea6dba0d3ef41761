import { promisify } from 'node:util';
import connectPgSimple from 'connect-pg-simple';
import session from 'express-session';
import { Pool } from 'pg';
import { connectPostgres, PostgresStore } from 'security-helpers/postgres';
import type { Open } from '../../lab/src/stories/stage.ts';
import type { Generator } from './generator.ts';
import type { Load } from './load.ts';
import { type Profile, quick } from './profiles.ts';
import { contestants, type Stores, startContestant } from './servers.ts';
import { openTable } from './session-table.ts';
import { openSessions } from './sessions.ts';

/** How a server serves while its store removes what has expired. */
export interface Pruned {
  server: string;
  rows: number;
  /** Second by second, until the prune was over; the first one was before it began. */
  seconds: { perSecond: number; p99Ms: number; notServed: number }[];
  /** How often it gave up and was begun anew: statements have a time limit here. */
  gaveUp: number;
  /** Whether all are gone, or it was no longer watched. */
  isOver: boolean;
}

const LIMIT_SECONDS = 300;
const BUDGET_MS = 500; // as the examples' STORE_DEADLINE_MS, unless set

/** Removes what has expired, once. */
type Prune = () => Promise<unknown>;

/** As the example does it every SESSION_PRUNE_SECONDS, with the same limits. */
async function here(open: Open, { appUrl }: Stores): Promise<Prune> {
  const pool = await connectPostgres(appUrl, { budgetMs: BUDGET_MS, name: 'prune' });
  await open(Promise.resolve({ close: () => pool.end() }));
  const store = new PostgresStore({ pool, schema: 'postgres' });
  return () => store.prune();
}

async function stock(open: Open, { ownerUrl }: Stores): Promise<Prune> {
  const pool = new Pool({ connectionString: ownerUrl });
  await open(Promise.resolve({ close: () => pool.end() }));
  const store = new (connectPgSimple(session))({ pool, pruneSessionInterval: false });
  return promisify(store.pruneSessions.bind(store));
}

/** Has so many expired rows pruned from under a load, by another process: an instance like it. */
export async function measurePrune(
  open: Open,
  { stores, generator, rows }: { stores: Stores; generator: Generator; rows: number },
  progress: (done: number, line: string) => void,
  save: (prunes: Pruned[]) => void,
): Promise<void> {
  const load = quick.profiles.find(({ name }) => name === 'read-50') as Profile;
  const prunes: Pruned[] = [];
  for (const [server, schema, openPrune] of [
    ['stock-postgres', 'public', stock],
    ['postgres', 'postgres', here],
  ] as const) {
    const line = `${rows} expired rows: ${server}`;
    progress(prunes.length / 2, line);
    const contestant = contestants.find(({ name }) => name === server);
    if (!contestant) throw new TypeError(`there is no server ${server}`);
    const table = await open(openTable(stores.ownerUrl, schema));
    await table.empty();
    const starting = startContestant(contestant, stores, { USERS: String(load.connections) });
    const running = await open(
      starting.then((process) => ({ ...process, close: () => process.kill() })),
    );
    const { url } = running;
    const headers = await openSessions(url, load.connections, load.connections);
    await table.copy(1, rows, `now() - interval '1 day' - i * interval '1 millisecond'`);
    const job = { url, sends: load.sends, connections: load.connections, headers };
    const second = () => generator.send({ ...job, until: { seconds: 1 } });
    await second(); // warm

    const seconds: Load[] = [await second()];
    const watch = new AbortController();
    const pruning = repeatUntilDone(await openPrune(open, stores), watch.signal);
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    pruning.then(over, over); // why it failed is said below
    while (!isOver && seconds.length < LIMIT_SECONDS) {
      seconds.push(await second());
      progress(prunes.length / 2, `${line}, second ${seconds.length}`);
    }
    watch.abort();
    const wasOver = isOver && !(await table.hasExpired());
    const gaveUp = await pruning;
    await running.kill();
    prunes.push({
      server,
      rows,
      seconds: seconds.map(summarise),
      gaveUp,
      isOver: wasOver,
    });
    save([...prunes]);
  }
}

/** @returns how often it gave up. */
async function repeatUntilDone(prune: Prune, signal: AbortSignal): Promise<number> {
  for (let gaveUp = 0; ; gaveUp++) {
    try {
      await prune();
      return gaveUp;
    } catch (error) {
      if (signal.aborted) return gaveUp + 1;
      if (!/timeout/.test((error as Error).message)) throw error;
    }
  }
}

function summarise({ statuses, unanswered, seconds, p99Ms }: Load): Pruned['seconds'][number] {
  const { '200': good = 0, ...others } = statuses;
  const bad = Object.values(others).reduce((sum, count) => sum + count, 0);
  const notServed = bad + unanswered;
  // Whoever has no answer by then waits for longer than that.
  if (good === 0) return { perSecond: 0, p99Ms: 1000, notServed };
  return { perSecond: good / seconds, p99Ms, notServed };
}
