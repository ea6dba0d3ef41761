import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { fileURLToPath } from 'node:url';
import { listen } from 'security-helpers';
import type { Outcome } from '../src/attack/attack.ts';
import { Person } from '../src/attack/person.ts';
import type { PlainStore } from '../src/attack/plain-store.ts';
import { PRODUCTION } from '../src/target.ts';

/** Where an exhibit runs. */
export interface Place {
  redisUrl: string;
  postgresUrl: string;
  /** A Postgres schema of its own. */
  schema: string;
  /** What the exhibit takes for its environment. */
  env: Readonly<Record<string, string>>;
}

/** A server that is ready to listen, or one that listens already in a process of its own. */
export interface Opened {
  listener?: RequestListener;
  url?: string;
  store?: PlainStore;
  close?(): Promise<unknown>;
}
export type Open = (place: Place) => Opened | Promise<Opened>;

/** A server that runs, as visitors see it. */
export interface Hall {
  url: string;
  person(name: string, at?: { proxied: boolean }): Person;
  store: PlainStore;
  close(): Promise<void>;
}

/** Something that is copied widely and does not hold: how it fails, and how it does not. */
export interface Exhibit {
  id: string;
  title: string;
  faulty: Open;
  fixed: Open;
  /** The same on both; the fault has `won` when it shows. */
  visit(open: (env?: Record<string, string>) => Promise<Hall>): Promise<Outcome>;
  /** Where it can be seen. */
  lives: readonly string[];
}

export async function openHall(open: Open, place: Place): Promise<Hall> {
  const { listener, url, store, close = async () => undefined } = await open(place);
  const server = listener && (await listen(listener, { port: 0, host: '127.0.0.1' }));
  const address = url ?? server?.url ?? '';
  const { origin: seenAs, headers } = PRODUCTION;
  return {
    url: address,
    person: (name, at) => new Person(name, [], address, at?.proxied ? { seenAs, headers } : {}),
    get store() {
      if (!store) throw new TypeError('this exhibit keeps its sessions elsewhere');
      return store;
    },
    async close() {
      await server?.close();
      await close();
    },
  };
}

/**
 * Runs a server in a process of its own.
 *
 * @param file beside `moduleUrl`; it has to write `listening on <url>`.
 * @throws Error with what it wrote, when it ends before.
 */
export async function openProcess(
  file: string,
  moduleUrl: string,
  env: Record<string, string>,
): Promise<Opened> {
  const path = fileURLToPath(new URL(file, moduleUrl));
  const child = spawn(process.execPath, [path], { env: { ...process.env, ...env } });
  const exited = once(child, 'exit');
  const stop = () => child.kill('SIGKILL');
  process.once('exit', stop);
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
        const [, found] = /listening on (\S+)/.exec(output) ?? [];
        if (found) resolve(found);
      });
    }
    exited.then(() => reject(new Error(output)));
  });
  return {
    url,
    async close() {
      process.off('exit', stop);
      stop();
      await exited;
    },
  };
}
