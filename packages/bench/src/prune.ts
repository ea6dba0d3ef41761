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
  /** Second by second, until all were gone; the first ones were before it began. */
  seconds: { perSecond: number; p99Ms: number; notServed: number }[];
}

const PRUNE_AFTER_SECONDS = 8;
const LIMIT_SECONDS = 300;

/** Has so many expired rows pruned from under a load. */
export async function measurePrune(
  open: Open,
  { stores, generator, rows }: { stores: Stores; generator: Generator; rows: number },
  progress: (done: number, line: string) => void,
): Promise<Pruned[]> {
  const load = quick.profiles.find(({ name }) => name === 'read-50') as Profile;
  const pruned: Pruned[] = [];
  for (const [server, schema] of [
    ['stock-postgres', 'public'],
    ['postgres', 'postgres'],
  ] as const) {
    const line = `${rows} expired rows: ${server}`;
    progress(pruned.length / 2, line);
    const contestant = contestants.find(({ name }) => name === server);
    if (!contestant) throw new TypeError(`there is no server ${server}`);
    const table = await open(openTable(stores.ownerUrl, schema));
    await table.empty();
    const filler = await startContestant(contestant, stores);
    await openSessions(filler.url, 1, 1);
    await filler.kill();
    await table.copy(1, rows, `now() - interval '1 day' - i * interval '1 millisecond'`);

    const running = await startContestant(contestant, stores, {
      USERS: String(load.connections),
      SESSION_PRUNE_SECONDS: String(PRUNE_AFTER_SECONDS),
    });
    const { url } = await open(Promise.resolve({ ...running, close: () => running.kill() }));
    const headers = await openSessions(url, load.connections, load.connections);
    const job = { url, sends: load.sends, connections: load.connections, headers };
    const seconds: Load[] = [];
    do {
      seconds.push(await generator.send({ ...job, until: { seconds: 1 } }));
      progress(pruned.length / 2, `${line}, second ${seconds.length}`);
    } while ((await table.hasExpired()) && seconds.length < LIMIT_SECONDS);
    await running.kill();
    pruned.push({ server, rows, seconds: seconds.map(summarise) });
  }
  return pruned;
}

function summarise({ statuses, unanswered, seconds, p99Ms }: Load): Pruned['seconds'][number] {
  const { '200': good = 0, ...others } = statuses;
  const bad = Object.values(others).reduce((sum, count) => sum + count, 0);
  return { perSecond: good / seconds, p99Ms, notServed: bad + unanswered };
}
