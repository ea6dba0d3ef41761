// A crowd at an example: what it can do, half of that, and more than that.
import { fileURLToPath } from 'node:url';
import { ConfigError } from 'security-helpers';
import { closeTargets, targets } from '../src/attack/targets.ts';
import { type ServerProcess, startServer } from '../src/server-process.ts';
import { NO_LIMITS, SECRET } from '../src/target.ts';
import type { Order, Seen } from './crowd.ts';
import { Crowd } from './crowd-process.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));

export interface Trial {
  example: string;
  /** Each with a connection and a session. */
  people: number;
  /** How many times the capacity the rush is; 2 unless given. */
  times?: number;
  /** How long it lasts. */
  seconds: number;
  /** How many short rushes there are after it; none unless given. */
  pairs?: number;
  env?: Record<string, string>;
}

export interface Outcome {
  /** Answers in a second, with as many requests at a time as keep the server busy. */
  capacity: number;
  half: Seen;
  rush: Seen;
  /** How much of the server's processor time in the rush went into answers; as in `Pair`. */
  work: number;
  /** The server's memory in the second and in the last third of the rush, on average, in MiB. */
  memory: [before: number, last: number];
  /** Short rushes. A machine changes its speed by a half from one minute to the next. */
  pairs: Pair[];
}

/** A short rush, by what the server could do just before and just after it. */
export interface Pair {
  /** How many were served of those that it can serve. */
  served: number;
  /**
   * How much of the server's processor time went into answers: what as many take when nobody is
   * turned away, by what it took. It is the share that was served, but for what others took of the
   * machine: the crowd itself, the store, whatever else runs.
   */
  work: number;
}

const CAPACITY_SECONDS = 8;
/** Enough to keep the server busy, and fewer than it takes at a time. */
const AT_ONCE = 40;
/** Of a pair. */
const SHORT_SECONDS = 3;
const SHORT_RUSH_SECONDS = 5;
/** In a rush. Not often: to count ten thousand connections takes a server a twentieth of a second. */
const LOOKS = 20;

/** @param tell hears how far it is. */
export async function tryCrowd(trial: Trial, tell: (line: string) => void): Promise<Outcome> {
  const { example, people, times = 2, seconds, pairs = 0, env } = trial;
  const backend = await targetOf(example).openBackend();
  let server: ServerProcess | undefined;
  let crowd: Crowd | undefined;
  try {
    const settings = { ...NO_LIMITS, SESSION_LIMIT_PER_USER: '10', SESSION_SECRET: SECRET };
    const instance = { EXAMPLE: example, PEOPLE: String(people), ADMIN_PORT: '0' };
    server = await startServer(
      HERE,
      { ...settings, ...instance, ...backend.env, ...env },
      'instance.ts',
    );
    const there = new Crowd();
    crowd = there;
    const arrived = await there.send<number>({ do: 'arrive', url: server.url, people });
    tell(`${arrived} people are connected and logged in`);
    const self = new Self(server);
    const watch = async (order: Order): Promise<Watched> => {
      const before = await self.cpuSeconds();
      const seen = await there.send<Seen>(order);
      return { ...seen, cpuSeconds: (await self.cpuSeconds()) - before };
    };
    const takeTurns = (seconds: number) => watch({ do: 'take turns', atOnce: AT_ONCE, seconds });
    const rushIn = (perSecond: number, seconds: number) =>
      watch({ do: 'rush', perSecond, seconds });

    await takeTurns(3); // warm up
    const can = await takeTurns(CAPACITY_SECONDS);
    const capacity = servedIn(can);
    tell(`capacity: ${describe(can)}`);
    const half = await rushIn(capacity / 2, 10);
    tell(`half of it: ${describe(half)}`);
    self.watchMemory(seconds / LOOKS);
    const rush = await rushIn(times * capacity, seconds);
    const memory = self.memory();
    tell(`${times} times as much: ${describe(rush)}`);

    const shorts: Pair[] = [];
    let before = pairs > 0 ? await takeTurns(SHORT_SECONDS) : can;
    while (shorts.length < pairs) {
      const short = await rushIn(times * servedIn(before), SHORT_RUSH_SECONDS);
      const after = await takeTurns(SHORT_SECONDS);
      shorts.push({
        served: (2 * servedIn(short)) / (servedIn(before) + servedIn(after)),
        work: workOf(short, (costOf(before) + costOf(after)) / 2),
      });
      before = after;
    }
    return { capacity, half, rush, work: workOf(rush, costOf(can)), memory, pairs: shorts };
  } finally {
    await crowd?.close();
    await server?.kill();
    await backend.close();
    await closeTargets();
  }
}

function targetOf(example: string) {
  const target = targets.find(({ name }) => name === example);
  if (target) return target;
  const names = targets.map(({ name }) => name).join(', ');
  throw new ConfigError(`There is no example ${example}, only ${names}.`);
}

type Watched = Seen & { cpuSeconds: number };

/** @returns answers 200 in a second. */
const servedIn = ({ statuses, seconds }: Seen): number => (statuses[200] ?? 0) / seconds;

/** @returns the server's processor time for an answer 200, where there were no others. */
const costOf = ({ sent, cpuSeconds }: Watched): number => cpuSeconds / sent;

const workOf = ({ statuses, cpuSeconds }: Watched, cost: number): number =>
  ((statuses[200] ?? 0) * cost) / cpuSeconds;

export function describe({ sent, seconds, statuses, unanswered, dropped, ...times }: Seen): string {
  const answers = Object.entries(statuses).map(
    ([status, count]) => `${count} × ${status} (${Math.round(count / seconds)}/s)`,
  );
  const { medianMs, slowestMs } = times;
  return (
    `${sent} requests in ${seconds.toFixed(1)} s: ${answers.join(', ')}, ` +
    `unanswered ${JSON.stringify(unanswered)}, connections dropped ${dropped}; ` +
    `a 200 takes ${medianMs.toFixed(0)} ms, ${slowestMs.toFixed(0)} at most`
  );
}

/** What the server says of itself, in its metrics. */
class Self {
  readonly #url: string;
  readonly #samples: number[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(server: ServerProcess) {
    this.#url = /^metrics at (\S+)$/m.exec(server.output())?.[1] ?? '';
  }

  cpuSeconds(): Promise<number> {
    return this.#read('process_cpu_seconds_total');
  }

  watchMemory(everySeconds: number): void {
    const look = async () => {
      this.#samples.push((await this.#read('process_resident_memory_bytes')) / 2 ** 20);
    };
    this.#timer = setInterval(() => look().catch(() => undefined), everySeconds * 1000);
  }

  /** @returns the average of the second third, and of the last. */
  memory(): [number, number] {
    clearInterval(this.#timer);
    const third = Math.floor(this.#samples.length / 3);
    if (third === 0) throw new Error('the memory was not seen');
    const average = (samples: number[]) => samples.reduce((a, b) => a + b, 0) / samples.length;
    return [average(this.#samples.slice(-2 * third, -third)), average(this.#samples.slice(-third))];
  }

  async #read(name: string): Promise<number> {
    const text = await (await fetch(this.#url)).text();
    const [, value] = new RegExp(`^${name} (\\S+)$`, 'm').exec(text) ?? [];
    if (value === undefined) throw new Error(`the metrics do not have ${name}`);
    return Number(value);
  }
}
