import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to the sessions that can hold back a write, as a slow network or a busy disk does. */
export interface WriteLine {
  /** The server whose writes take this way, where it is not the one that is attacked. */
  url?: string;
  /** Holds back the next write, and what follows it. */
  hold(): HeldWrite;
}

export interface HeldWrite {
  /** Resolves once a write waits. */
  arrived: Promise<void>;
  /** Lets it through. */
  release(): void;
}

/** One promise for "it waits", one for "it may go on". */
export class Gate {
  #waiting: { arrive: () => void; passed: Promise<void> } | undefined;

  hold(): HeldWrite {
    const [arrived, arrive] = signal();
    const [passed, release] = signal();
    this.#waiting = { arrive, passed };
    return { arrived, release };
  }

  /** Waits, if somebody wants that of the next one; not that of those after it. */
  async pass(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.arrive();
    await waiting?.passed;
  }
}

function signal(): [given: Promise<void>, give: () => void] {
  let give: () => void = () => undefined;
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return [given, give];
}

// What Redis and Postgres are sent when a session is written.
const WRITE = /\r\n(SET|EVAL|EVALSHA)\r\n|\b(UPDATE|INSERT INTO)\b/;

/** A TCP proxy in front of a store: reads pass, a write can be held back. */
export async function openSlowLine(storeUrl: string) {
  const { hostname, port } = new URL(storeUrl);
  const gate = new Gate();
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const store = connect(Number(port), hostname);
    for (const socket of [client, store]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        store.destroy();
      });
    }
    store.pipe(client);
    client.on('data', async (chunk) => {
      if (WRITE.test(chunk.toString('latin1'))) {
        client.pause(); // what follows on this connection waits as well
        await gate.pass();
        client.resume();
      }
      store.write(chunk);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(storeUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    hold: () => gate.hold(),
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
