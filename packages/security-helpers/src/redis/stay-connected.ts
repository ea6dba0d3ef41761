import { setTimeout as wait } from 'node:timers/promises';
import { withDeadline } from '../store-budget.ts';

/** What the clients for one server, for Sentinels and for a cluster have in common. */
interface Client {
  readonly isOpen: boolean;
  connect(): Promise<unknown>;
  ping(): Promise<unknown>;
  destroy(): unknown;
}

const ASK_EVERY_MS = 1000;
const SILENT_MS = 2000;
const ATTEMPT_MS = 5000;
const PAUSE_MS = 500;

/**
 * Connects, and connects anew when nothing comes back any more: a server that is frozen, a network
 * that drops packets. `socketTimeout` alone does not notice it: each command that is written starts
 * its time again, so that a busy client waits until the kernel gives up, a quarter of an hour.
 *
 * Lost connections are the client's own business; but the first connection of a cluster waits for a
 * server that may have been replaced meanwhile, and that of Sentinels is tried once.
 *
 * @returns resolves when it is connected for the first time; goes on until `client.destroy()`.
 */
export function stayConnected(client: Client): Promise<void> {
  let isWanted = true;
  const destroy = client.destroy.bind(client);
  // For its owner it is the end; for us, the way to a new connection.
  client.destroy = () => {
    isWanted = false;
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
    while (isWanted) {
      await wait(ASK_EVERY_MS, undefined, { ref: false });
      if (!isWanted || !(await isSilent(client))) continue;
      if (isWanted) await destroy();
      await connect();
    }
  }

  const connected = connect();
  void connected.then(watch);
  return connected;
}

/** That it fails is an answer as well. */
async function isSilent(client: Client): Promise<boolean> {
  const answered = client.ping().then(
    () => true,
    () => true,
  );
  // In two parts: when this process itself was held up, the answer comes after the first.
  for (let part = 0; part < 2; part++) {
    const late = wait(SILENT_MS / 2, false, { ref: false });
    if (await Promise.race([answered, late])) return false;
  }
  return true;
}
