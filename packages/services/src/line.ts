import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** A TCP line to a server that can be as bad as a network: slow, silent, or gone. */
export interface Line {
  /** Of the same server, by this line. */
  readonly url: string;
  /** How many connections there are just now. */
  readonly connections: number;
  /** From now on each piece of data takes this much longer, each way, in milliseconds. */
  delay(ms: number): void;
  /**
   * Nothing comes through any more, and nobody is told: connections stay open, new ones are accepted
   * and lead nowhere. So does a network that drops packets, and a peer that went away without a word
   * (a "half-open" connection).
   */
  hold(): void;
  /** As a router that was restarted: all connections end, and each new one at once. */
  cut(): void;
  /** As good as new. What was held on its way goes on; `lost`: it never arrives. */
  mend(options?: { lost?: boolean }): void;
  close(): Promise<void>;
}

/**
 * Opens a line on 127.0.0.1 to the server of a URL. Neither end can see that there is one.
 *
 * @param pass sees what a client sends, piece by piece, and may keep it, and what follows, waiting.
 */
export async function openLine(
  serverUrl: string,
  pass: (sent: Buffer) => Promise<void> = async () => undefined,
): Promise<Line> {
  const { hostname, port } = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let delayMs = 0;
  let isCut = false;
  let held: ReturnType<typeof newHold> | undefined;

  const hang = () => {
    for (const socket of sockets) socket.destroy();
  };
  // One after the other, in the order in which they came.
  const carry = async (from: Socket, to: Socket, see?: typeof pass) => {
    const passes = async () => {
      if (delayMs > 0) await wait(delayMs, undefined, { ref: false });
      await held?.passed;
    };
    try {
      for await (const chunk of from.iterator({ destroyOnReturn: false })) {
        await see?.(chunk);
        await passes();
        if (!to.destroyed) to.write(chunk);
      }
      await passes(); // a goodbye takes the same way
      to.end();
    } catch {
      await passes();
      to.destroy();
    }
  };
  const server = createServer({ allowHalfOpen: true }, (client) => {
    if (isCut) return void client.destroy();
    const far = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
    for (const socket of [client, far]) {
      sockets.add(socket);
      socket.setNoDelay();
      socket.on('error', () => undefined); // whoever reads from it hears of it
      socket.on('close', () => sockets.delete(socket));
    }
    carry(client, far, pass);
    carry(far, client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const url = new URL(serverUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    get connections() {
      return Math.ceil(sockets.size / 2);
    },
    delay(ms) {
      delayMs = ms;
    },
    hold() {
      held ??= newHold();
    },
    cut() {
      isCut = true;
      hang();
    },
    mend({ lost = false } = {}) {
      isCut = false;
      if (lost) hang();
      held?.release();
      held = undefined;
    },
    async close() {
      hang();
      held?.release();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function newHold() {
  let release: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { passed, release };
}
