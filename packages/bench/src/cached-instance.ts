// An instance of an app that reads sessions from Redis, in a process of its own: it does what its
// parent says, and says what it saw.
import { setImmediate as turn } from 'node:timers/promises';
import { createClient } from 'redis';
import { stayConnected } from '../../security-helpers/src/redis/stay-connected.ts';

export type Order =
  | { do: 'connect'; url: string; caches: boolean; asks: boolean }
  /** Each of the keys so many times. */
  | { do: 'read'; keys: string[]; times: number }
  /** Until it is gone, or so long. Each turn of the event loop has so much other work. */
  | { do: 'watch'; key: string; workMs: number; limitMs: number };

export interface Reads {
  /** What the processor has done in this process, for one read. */
  microseconds: number;
}

export interface Watched {
  /** When the session was last believed, by the clock that all processes of a machine share. */
  lastSeenMs: number;
  isGone: boolean;
}

const AT_ONCE = 50;
const options = { RESP: 3, disableOfflineQueue: true } as const;
let client = createClient(options);

/** @returns milliseconds of the monotonic clock. */
const now = () => Number(process.hrtime.bigint()) / 1e6;

process.on('message', async (order: Order) => {
  if (order.do === 'connect') process.send?.(await connect(order));
  else process.send?.(order.do === 'read' ? await read(order) : await watch(order));
});
process.on('disconnect', () => process.exit());

async function connect({ url, caches, asks }: Extract<Order, { do: 'connect' }>) {
  if (client.isOpen) client.destroy();
  const cache = caches && { clientSideCache: { ttl: 0, maxEntries: 0 } };
  const another = () => createClient({ ...options, url, ...cache });
  client = another();
  client.on('error', () => undefined); // reads get it, too
  await (asks ? stayConnected(client, another) : client.connect());
  return {};
}

async function read({ keys, times }: Extract<Order, { do: 'read' }>): Promise<Reads> {
  const total = keys.length * times;
  let next = 0;
  const work = async () => {
    while (next < total) {
      await client.get(keys[next++ % keys.length] ?? '');
      await turn(); // as a request would: each one is read from a socket
    }
  };
  const cpu = process.cpuUsage();
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const { user, system } = process.cpuUsage(cpu);
  return { microseconds: (user + system) / total };
}

async function watch({ key, workMs, limitMs }: Extract<Order, { do: 'watch' }>): Promise<Watched> {
  await client.get(key); // it has it from now on
  process.send?.('watching');
  const end = now() + limitMs;
  let lastSeenMs = 0;
  while (now() < end) {
    const until = now() + workMs;
    while (now() < until);
    // An error is not believed: it is a 503.
    const record = await client.get(key).catch(() => null);
    if (record === null) return { lastSeenMs, isGone: true };
    lastSeenMs = now();
    await turn();
  }
  return { lastSeenMs, isGone: false };
}
