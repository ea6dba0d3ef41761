import { mkdirSync } from 'node:fs';
import { removeVolume, runContainer } from '../containers.ts';
import type { ServerRecord } from '../control.ts';
import { readText, removeFolder } from '../files.ts';
import type { RestartOptions } from '../handle.ts';
import { lastLine } from '../images.ts';
import { type ServerPlace, type StoreServer, untilItAnswers } from '../launching.ts';
import { type ProcessRecord, spawnServer } from '../processes.ts';
import type { RedisProgram } from './ladder.ts';
import { persistenceArguments, type RedisPersistence } from './persistence.ts';
import { answers } from './ping.ts';

export interface RedisRestartOptions extends RestartOptions {
  /** From now on; each mode sees only what the same mode has written before. */
  persistence?: RedisPersistence;
}

interface LaunchOptions {
  program: RedisProgram;
  place: ServerPlace;
  persistence: RedisPersistence;
  port: number;
}

export function redisServer(
  program: RedisProgram,
  place: ServerPlace,
  first: RedisPersistence,
): StoreServer<RedisRestartOptions> {
  let persistence = first;
  const answersAs = (port: number, server: ServerRecord, limitMs?: number) =>
    answers(port, server.kind === 'process' ? server.pid : undefined, limitMs);
  return {
    name: 'redis',
    title: 'Redis',
    provider: program.provider,
    url: (port) => `redis://127.0.0.1:${port}`,
    answers: answersAs,
    async launch(port, { persistence: wanted = persistence, empty = false } = {}) {
      persistence = wanted;
      const now = { program, place, persistence, port };
      // Redis loads a snapshot it finds even when told to write none: `none` has to mean empty.
      if (empty || persistence === 'none') await throwDataAway(now);
      mkdirSync(place.data, { recursive: true });
      const server =
        program.provider === 'binary' ? spawn(now, program.command) : await container(now);
      await untilItAnswers({
        title: 'Redis',
        port,
        server,
        answers: () => answersAs(port, server),
        lastWords: () => lastLine(readText(place.log)),
        isPortTaken: () => readText(place.log).includes('Address already in use'),
      });
    },
  };
}

function spawn({ place, port, persistence }: LaunchOptions, command: string): ProcessRecord {
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
async function container(options: LaunchOptions): Promise<ServerRecord> {
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
