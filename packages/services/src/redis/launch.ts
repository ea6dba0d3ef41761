import { mkdirSync } from 'node:fs';
import { removeVolume, runContainer } from '../containers.ts';
import { controlOf, type ServerRecord } from '../control.ts';
import { readText, removeFolder } from '../files.ts';
import { freePort, PortTakenError } from '../ports.ts';
import { type ProcessRecord, spawnServer } from '../processes.ts';
import { until } from '../wait.ts';
import type { RedisProgram } from './ladder.ts';
import { persistenceArguments, type RedisPersistence } from './persistence.ts';
import { answers } from './ping.ts';

/** Long enough to load a large append-only file on a slow disk. */
const readyLimitMs = 60_000;
const portLimitMs = 10_000;
const portAttempts = 10;

/** Where one server lives on disk. */
export interface RedisPlace {
  /** unique on this machine: the name of its container */
  readonly name: string;
  readonly data: string;
  readonly log: string;
  record(server: ServerRecord, port: number): void;
}

export interface LaunchOptions {
  program: RedisProgram;
  place: RedisPlace;
  persistence: RedisPersistence;
  empty: boolean;
}

/** Starts on a free port and hands it back. Resolves when the server answers. */
export async function launchOnFreePort(options: LaunchOptions): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    try {
      await launch({ ...options, port });
      return port;
    } catch (error) {
      if (!(error instanceof PortTakenError) || attempt === portAttempts) throw error;
    }
  }
}

/**
 * Starts again on a port that clients know. One that reconnects all the time can hold the port
 * for a moment itself (it is in the range that outgoing connections get): hence some patience.
 * @throws PortTakenError when another program keeps the port
 */
export async function launchAgain(options: LaunchOptions & { port: number }): Promise<void> {
  const deadline = performance.now() + portLimitMs;
  for (;;) {
    try {
      return await launch(options);
    } catch (error) {
      const isLast = performance.now() > deadline;
      if (!(error instanceof PortTakenError) || isLast) throw error;
    }
  }
}

/**
 * Resolves when the server answers on this port.
 * @throws PortTakenError; Error with the server's last words when it ended instead
 */
export async function launch(options: LaunchOptions & { port: number }): Promise<void> {
  const { program, place, port, persistence } = options;
  // Redis loads a snapshot it finds even when told to write none: `none` has to mean empty.
  if (options.empty || persistence === 'none') await throwDataAway(options);
  mkdirSync(place.data, { recursive: true });
  const server =
    program.provider === 'binary' ? spawn(options, program.command) : await container(options);
  const { pid } = server.kind === 'process' ? server : { pid: undefined };
  try {
    await until(`Redis on port ${port} did not answer`, readyLimitMs, async () => {
      if (await answers(port, pid)) return true;
      if (!(await controlOf(server).alive())) throw endedEarly(place.log, port);
      return false;
    });
  } catch (error) {
    await controlOf(server).kill();
    throw error;
  }
}

function spawn(
  { place, port, persistence }: LaunchOptions & { port: number },
  command: string,
): ProcessRecord {
  const server = spawnServer({
    command,
    // Loopback only: there is no password, and what is in there are session records.
    args: ['--bind', '127.0.0.1', '--port', String(port), '--dir', place.data].concat(
      ['--daemonize', 'no', '--loglevel', 'warning'],
      persistenceArguments(persistence),
    ),
    folder: place.data,
    log: place.log,
    // Redis replaces its command line by a title that names the address and no longer the folder.
    marks: [place.data, `127.0.0.1:${port}`],
  });
  place.record(server, port);
  return server;
}

/** Exercised only where a Docker engine exists. */
async function container(options: LaunchOptions & { port: number }): Promise<ServerRecord> {
  const { program, place, port, persistence } = options;
  if (program.provider !== 'docker') throw new TypeError('This Redis does not run in Docker.');
  const record = { kind: 'container', docker: program.command, name: place.name } as const;
  place.record(record, port);
  await runContainer({
    record,
    image: program.image,
    port,
    innerPort: 6379,
    // Open inside the container only: outside, the port is published on loopback.
    args: ['redis-server', '--bind', '0.0.0.0', '--protected-mode', 'no', '--dir', '/data'].concat(
      persistenceArguments(persistence),
    ),
  });
  return record;
}

async function throwDataAway({ program, place }: LaunchOptions): Promise<void> {
  removeFolder(place.data);
  if (program.provider !== 'docker') return;
  await removeVolume({ kind: 'container', docker: program.command, name: place.name });
}

function endedEarly(log: string, port: number): Error {
  const last = readText(log).trimEnd().split('\n').at(-1) ?? '';
  if (readText(log).includes('Address already in use')) return new PortTakenError(port);
  return new Error(`Redis ended before it answered. Its last words: ${last || '(none)'}`);
}
