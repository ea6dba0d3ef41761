import { setTimeout as wait } from 'node:timers/promises';
import { withDeadline } from '../store-budget.ts';

/** What the clients for one server, for Sentinels and for a cluster have in common. */
interface Client {
  readonly isOpen: boolean;
  /** Of a cluster: who owns each of its 16,384 slots of keys. */
  readonly slots?: readonly unknown[];
  on(event: 'error', listener: () => void): unknown;
  connect(): Promise<unknown>;
  ping(): Promise<unknown>;
  destroy(): unknown;
}

const ASK_EVERY_MS = 1000;
const SILENT_MS = 2000;
/** A failover is over by then, or the library has reconnected by itself. */
const FAILED_TIMES = 5;
const ATTEMPT_MS = 5000;
const PAUSE_MS = 500;

/**
 * Connects, and connects anew when the client cannot help itself:
 *
 * - When nothing comes back any more: a server that is frozen, a network that drops packets.
 *   `socketTimeout` alone does not notice it: each command that is written starts its time again, so
 *   that a busy client waits until the kernel gives up, a quarter of an hour.
 * - When it fails for seconds where a new client could connect. Seen once in about a thousand
 *   failovers of a cluster (node-redis 6.3; why, is not known): the cluster was well again, and one
 *   instance went on to fail for a part of the keys.
 *
 * Otherwise lost connections are the client's own business; but the first connection of a cluster
 * waits for a server that may have been replaced meanwhile, and that of Sentinels is tried once.
 *
 * @param another makes a client for the same servers, which is not connected yet.
 * @returns resolves when it is connected for the first time; goes on until `client.destroy()`.
 */
export function stayConnected(client: Client, another: () => Client): Promise<void> {
  let isWanted = true;
  let probe: Client | undefined;
  const destroy = client.destroy.bind(client);
  // For its owner it is the end; for us, the way to a new connection.
  client.destroy = () => {
    isWanted = false;
    if (probe?.isOpen) void probe.destroy();
    return destroy();
  };

  async function connect(): Promise<void> {
    while (isWanted) {
      try {
        await withDeadline(ATTEMPT_MS, async () => void (await client.connect()));
        return;
      } catch {
        if (client.isOpen) await destroy();
        await wait(PAUSE_MS, undefined, { ref: false });
      }
    }
  }

  async function watch(): Promise<void> {
    let failed = 0;
    while (isWanted) {
      await wait(ASK_EVERY_MS, undefined, { ref: false });
      const state = isWanted && (await ask(client));
      failed = state === 'fails' ? failed + 1 : 0;
      if (state !== 'is silent' && !(failed >= FAILED_TIMES && (await isStuck()))) continue;
      failed = 0;
      if (isWanted) await destroy();
      await connect();
    }
  }

  /** To connect anew ends what is under way at all servers: not for one that is down for everybody. */
  async function isStuck(): Promise<boolean> {
    probe = another();
    const canConnect = await connects(probe);
    return canConnect && isWanted && (await ask(client)) === 'fails';
  }

  const connected = connect();
  void connected.then(watch);
  return connected;
}

async function connects(probe: Client): Promise<boolean> {
  probe.on('error', () => undefined); // its promise tells
  try {
    await withDeadline(ATTEMPT_MS, async () => void (await probe.connect()));
    return (await ask(probe)) === 'is well';
  } catch {
    return false;
  } finally {
    if (probe.isOpen) await probe.destroy();
  }
}

async function ask(client: Client): Promise<'is well' | 'fails' | 'is silent'> {
  // A cluster's is sent to all who own keys. Keys that nobody owns, as far as it knows, fail at once.
  const answered = client.ping().then(
    () => (client.slots?.includes(undefined) ? 'fails' : 'is well'),
    () => 'fails' as const,
  );
  // In two parts: when this process itself was held up, the answer comes after the first.
  for (let part = 0; part < 2; part++) {
    const late = wait(SILENT_MS / 2, undefined, { ref: false });
    const answer = await Promise.race([answered, late]);
    if (answer) return answer;
  }
  return 'is silent';
}
