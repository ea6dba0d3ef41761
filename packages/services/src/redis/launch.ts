import { mkdirSync } from 'node:fs';
import { removeVolume, runContainer } from '../containers.ts';
import type { ServerRecord } from '../control.ts';
import { readText, removeFolder } from '../files.ts';
import type { RestartOptions } from '../handle.ts';
import { lastLine } from '../images.ts';
import { type ServerPlace, type StoreServer, untilItAnswers } from '../launching.ts';
import { type ProcessRecord, spawnServer } from '../processes.ts';
import {
  containerTlsFiles,
  type Tls,
  type TlsFiles,
  tlsEnvironment,
  withTlsFiles,
  writeTlsFiles,
} from '../tls-files.ts';
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
  tls: Tls | undefined;
  role: RedisRole;
}

/** What makes a server more than one that stands alone. */
export interface RedisRole {
  /** The file that it keeps its own settings in. */
  configFile?: string;
  /** Read at each launch: what a member has to be told may change with the others. */
  args(port: number): readonly string[];
}

const ALONE: RedisRole = { args: () => [] };

export function redisServer(
  program: RedisProgram,
  place: ServerPlace,
  first: RedisPersistence,
  tls?: Tls,
  role: RedisRole = ALONE,
): StoreServer<RedisRestartOptions> {
  let persistence = first;
  const answersAs = (port: number, server: ServerRecord, limitMs?: number) => {
    const pid = server.kind === 'process' ? server.pid : undefined;
    return answers(port, pid, { overTls: tls !== undefined, limitMs });
  };
  return {
    name: 'redis',
    title: 'Redis',
    provider: program.provider,
    url: (port) => `${tls ? 'rediss' : 'redis'}://127.0.0.1:${port}`,
    answers: answersAs,
    async launch(port, { persistence: wanted = persistence, empty = false } = {}) {
      persistence = wanted;
      const now = { program, place, persistence, port, tls, role };
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

function spawn(options: LaunchOptions, command: string): ProcessRecord {
  const { place, port, persistence, tls, role } = options;
  const files = tls && writeTlsFiles(place.path, tls);
  const server = spawnServer({
    command,
    // Loopback only: there is no password, and what is in there are session records.
    args: (role.configFile ? [role.configFile] : []).concat(
      ['--bind', '127.0.0.1', '--dir', place.data],
      ['--daemonize', 'no', '--loglevel', 'warning'],
      portArguments(port, files),
      role.configFile ? [] : persistenceArguments(persistence),
      role.args(port),
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
  const { program, place, port, persistence, tls } = options;
  if (program.provider !== 'docker') throw new TypeError('This Redis does not run in Docker.');
  const record = { kind: 'container', docker: program.command, name: place.name } as const;
  place.record(record, port);
  // Open inside the container only: outside, the port is published on loopback.
  const open = ['redis-server', '--bind', '0.0.0.0', '--protected-mode', 'no', '--dir', '/data'];
  const args = open.concat(
    portArguments(6379, tls && containerTlsFiles),
    persistenceArguments(persistence),
  );
  await runContainer({
    record,
    image: program.image,
    port,
    innerPort: 6379,
    args: tls ? withTlsFiles('redis', args) : args,
    ...(tls && { env: tlsEnvironment(tls) }),
  });
  return record;
}

/** One port: with TLS there is no other. */
function portArguments(port: number, files: TlsFiles | undefined): string[] {
  if (!files) return ['--port', String(port)];
  return ['--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'no'].concat(
    ['--tls-cert-file', files.cert],
    ['--tls-key-file', files.key],
  );
}

async function throwDataAway({ program, place }: LaunchOptions): Promise<void> {
  removeFolder(place.data);
  if (program.provider !== 'docker') return;
  await removeVolume({ kind: 'container', docker: program.command, name: place.name });
}
