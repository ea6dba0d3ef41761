// Redis can tell its clients what has changed (RESP3, CLIENT TRACKING), so that they may keep what
// they have read. What does it gain, and how long does an instance believe in a session that has
// been ended by another one?
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { openLine } from '@session-lab/services';
import { createClient } from 'redis';
import type { Open } from '../../lab/src/stories/stage.ts';
import type { Order, Reads, Watched } from './cached-instance.ts';
import { countCommands } from './store-counts.ts';

export interface ClientCache {
  /** For one read, nothing ever being written: the most that there is to gain. */
  reads: {
    caches: boolean;
    commands: number;
    /** Of the processor, in the instance and in Redis. */
    microseconds: number;
    redisMicroseconds: number;
  }[];
  /** How long the other instance still believed in each session, once DEL was answered. */
  logouts: {
    /** Other work in each turn of its event loop. */
    workMs: number;
    unseenMs: number[];
  }[];
  /** The same when the instance's connection is open and nothing comes through. */
  deadLine: {
    /** Whether the client pings, and gives up a connection on which nothing comes back. */
    asks: boolean;
    unseenMs: number;
    /** It was not watched for longer: at the limit, it was still believed. */
    limitMs: number;
    isGone: boolean;
  }[];
}

export interface ClientCachePlan {
  sessions: number;
  readsEach: number;
  logouts: number;
  limitMs: number;
}

export const quickCache: ClientCachePlan = {
  sessions: 100,
  readsEach: 20,
  logouts: 20,
  limitMs: 4000,
};
export const fullCache: ClientCachePlan = {
  sessions: 1000,
  readsEach: 100,
  logouts: 500,
  limitMs: 30_000,
};

const RECORD = 'x'.repeat(700);
const BUSY_MS = 5;
const FOR_EVER_MS = 60_000;

export async function measureClientCache(
  open: Open,
  url: string,
  { sessions, readsEach, logouts, limitMs }: ClientCachePlan,
  progress: (done: number, line: string) => void,
): Promise<ClientCache> {
  const redis = createClient({ url });
  redis.on('error', () => undefined); // the commands below get it, too
  await redis.connect();
  await open(Promise.resolve({ close: async () => redis.destroy() }));
  const instance = await open(Promise.resolve(new Instance()));
  const keys = Array.from({ length: sessions }, (_, index) => `session:${index}`);
  for (const key of keys) await redis.set(key, RECORD);

  /** @returns when it was ended, by the clock that `lastSeenMs` is read from. */
  const logOut = async (key: string) => {
    await redis.del(key);
    return Number(process.hrtime.bigint()) / 1e6;
  };
  const unseen = async (
    key: string,
    watch: { workMs: number; limitMs: number },
    before?: () => void,
  ) => {
    await redis.set(key, RECORD);
    const watched = await instance.watch({ do: 'watch', key, ...watch });
    before?.();
    const endedMs = await logOut(key);
    const { lastSeenMs, isGone } = await watched.result;
    return { unseenMs: Math.max(0, lastSeenMs - endedMs), isGone };
  };

  const reads: ClientCache['reads'] = [];
  for (const caches of [false, true]) {
    progress(caches ? 0.1 : 0, caches ? 'reads from the cache' : 'reads from Redis');
    await instance.send({ do: 'connect', url, caches, asks: false });
    await instance.send({ do: 'read', keys, times: readsEach }); // warm
    const look = async () => ({
      gets: countCommands(await redis.info('commandstats'), 0)['GET'] ?? 0,
      microseconds: cpuMicroseconds(await redis.info('cpu')),
    });
    const before = await look();
    const order = { do: 'read', keys, times: readsEach } as const;
    const { microseconds } = await instance.send<Reads>(order);
    const after = await look();
    const each = (total: number) => total / (sessions * readsEach);
    reads.push({
      caches,
      commands: each(after.gets - before.gets),
      microseconds,
      redisMicroseconds: each(after.microseconds - before.microseconds),
    });
  }

  const ended: ClientCache['logouts'] = [];
  for (const workMs of [0, BUSY_MS]) {
    const unseenMs: number[] = [];
    for (let logout = 0; logout < logouts; logout++) {
      progress(workMs ? 0.4 : 0.2, `logout ${logout + 1} of ${logouts}, ${workMs} ms of work`);
      const key = `session:${logout}`;
      unseenMs.push((await unseen(key, { workMs, limitMs: FOR_EVER_MS })).unseenMs);
    }
    ended.push({ workMs, unseenMs });
  }

  const deadLine: ClientCache['deadLine'] = [];
  for (const asks of [false, true]) {
    progress(asks ? 0.8 : 0.6, `a dead line, ${asks ? 'watched' : 'not watched'}`);
    const line = await open(openLine(url));
    await instance.send({ do: 'connect', url: line.url, caches: true, asks });
    const seen = await unseen('session:0', { workMs: 0, limitMs }, line.hold);
    deadLine.push({ asks, limitMs, ...seen });
  }
  return { reads, logouts: ended, deadLine };
}

class Instance {
  readonly #process = fork(fileURLToPath(new URL('cached-instance.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx'],
  });
  readonly #exited = once(this.#process, 'exit');

  async send<Answer>(order: Order): Promise<Answer> {
    this.#process.send(order);
    return (await this.#next()) as Answer;
  }

  /** Resolves once it watches. */
  async watch(order: Extract<Order, { do: 'watch' }>): Promise<{ result: Promise<Watched> }> {
    await this.send(order);
    return { result: this.#next() as Promise<Watched> };
  }

  async #next(): Promise<unknown> {
    const gone = this.#exited.then(([code]) => {
      throw new Error(`the instance ended with exit code ${code}`);
    });
    const [message] = await Promise.race([once(this.#process, 'message'), gone]);
    return message;
  }

  async close(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#exited;
  }
}

/** @param info the answer to INFO cpu: user and system time of the server, without its children. */
function cpuMicroseconds(info: string): number {
  const times = [...info.matchAll(/^used_cpu_(?:sys|user):([\d.]+)/gm)];
  return times.reduce((sum, [, seconds]) => sum + Number(seconds) * 1e6, 0);
}
