import type { Generator } from './generator.ts';
import type { Load } from './load.ts';
import { mostSessions, type Plan, type Profile } from './profiles.ts';
import type { Cell } from './results.ts';
import { type Headers, openSessions } from './sessions.ts';
import type { StoreCounter } from './store-counts.ts';
import { cpuMs } from './system.ts';

/** A server that runs, by the name of its contestant. */
export interface Runner {
  name: string;
  url: string;
  pid: number;
}

export interface Measurement {
  plan: Plan;
  runners: readonly Runner[];
  generator: Generator;
  counter: StoreCounter;
  /** How many accounts the examples have. */
  users: number;
  /** Told before each step, with how much is done, from 0 to 1. */
  progress(done: number, line: string): void;
  /** Gets what there is after each round. */
  save(cells: readonly Cell[]): void;
}

/** Measures all servers under all loads, in turn, round by round: A B C A B C. */
export async function measure(measurement: Measurement): Promise<Cell[]> {
  const { plan, runners, progress, save, users } = measurement;
  const most = mostSessions(plan);
  const steps = runners.length * (1 + plan.profiles.length * plan.rounds);
  let step = 0;
  const tell = (line: string) => progress(step++ / steps, line);
  const sessions = new Map<Runner, Headers[]>();
  for (const runner of runners) {
    tell(`warming up ${runner.name}`);
    sessions.set(runner, await openSessions(runner.url, most, users));
    for (const profile of plan.profiles) await warmUp(measurement, runner, profile, sessions);
  }
  const cells: Cell[] = [];
  for (let round = 1; round <= plan.rounds; round++) {
    for (const profile of plan.profiles) {
      for (const runner of runners) {
        tell(`round ${round} of ${plan.rounds}: ${profile.title}: ${runner.name}`);
        const headers = await headersFor(runner, profile, sessions, users);
        const measured = await one(measurement, runner, profile, headers);
        cells.push({ server: runner.name, profile: profile.name, round, ...measured });
      }
    }
    save(cells);
  }
  return cells;
}

type Sessions = ReadonlyMap<Runner, Headers[]>;

async function headersFor(runner: Runner, profile: Profile, sessions: Sessions, users: number) {
  const { fresh, sessions: count } = profile;
  if (fresh) return openSessions(runner.url, count, users);
  return sessions.get(runner)?.slice(0, count) ?? [];
}

async function warmUp(
  measurement: Measurement,
  runner: Runner,
  profile: Profile,
  sessions: Sessions,
): Promise<void> {
  const { plan, users } = measurement;
  const headers = await headersFor(runner, profile, sessions, users);
  const seconds = plan.warmUpSeconds / plan.profiles.filter(({ fresh }) => !fresh).length;
  const until = profile.fresh ? profile.until : { seconds };
  await one(measurement, runner, { ...profile, until }, headers);
}

function one(
  { generator, counter }: Measurement,
  { url, pid }: Runner,
  { sends, connections, until }: Profile,
  headers: Headers[],
): Promise<Seen> {
  const job = { url, sends, connections, headers, until };
  return observe(counter, pid, () => generator.send(job));
}

type Seen = Omit<Cell, 'server' | 'profile' | 'round'>;

/** What a load has cost the server and its stores, beside what came of it. */
export async function observe(
  counter: StoreCounter,
  pid: number,
  send: () => Promise<Load>,
): Promise<Seen> {
  const look = async () => ({ ...(await counter.read()), cpuMs: await cpuMs(pid) });
  const before = await look();
  const load = await send();
  const after = await look();
  const each = (now = 0, then = 0) => (now - then) / load.sent;
  const commands = Object.entries(after.redisCommands)
    .map(([name, now]) => [name, each(now, before.redisCommands[name])] as const)
    .filter(([, count]) => count > 0);
  return {
    ...load,
    redisCommands: Object.fromEntries(commands),
    postgresStatements: each(after.postgresStatements, before.postgresStatements),
    walBytes: each(after.walBytes, before.walBytes),
    ...(after.cpuMs !== undefined && { cpuMicroseconds: each(after.cpuMs, before.cpuMs) * 1000 }),
  };
}
