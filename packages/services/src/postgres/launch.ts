import { cpSync, existsSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from '../commands.ts';
import { removeVolume, runContainer } from '../containers.ts';
import type { ServerRecord } from '../control.ts';
import { readText, removeFolder } from '../files.ts';
import type { RestartOptions } from '../handle.ts';
import { type ServerPlace, type StoreServer, untilItAnswers } from '../launching.ts';
import { commandLine, pidsByTitle, processEntry, startOf } from '../process-table.ts';
import { type ProcessRecord, spawnServer } from '../processes.ts';
import {
  containerTlsFiles,
  type Tls,
  type TlsFiles,
  tlsEnvironment,
  withTlsFiles,
  writeTlsFiles,
} from '../tls-files.ts';
import { programIn } from './binary.ts';
import { makeCluster, makeRoles, serverEnvironment } from './cluster.ts';
import type { PostgresProgram } from './ladder.ts';
import { full, type Login, whyNotAnswering } from './ping.ts';
import { canReach, type ServerUser } from './user.ts';

export interface PostgresRestartOptions extends RestartOptions {
  /** server settings (https://www.postgresql.org/docs/18/runtime-config.html), from now on */
  settings?: Readonly<Record<string, string>>;
}

interface PostgresOptions {
  readonly program: PostgresProgram;
  readonly place: ServerPlace;
  readonly user: ServerUser | undefined;
  readonly password: string;
  /** false: nothing is forced to the disk, so a power cut may cost the data; a SIGKILL does not */
  readonly durable: boolean;
  readonly tls?: Tls | undefined;
  readonly settings: Settings;
  /** Where the data come from when there are none: a new cluster, unless it says otherwise. */
  readonly fill?: ((data: string) => Promise<void>) | undefined;
}

type Settings = Readonly<Record<string, string>>;

export function postgresServer(options: PostgresOptions): StoreServer<PostgresRestartOptions> {
  const { program, place, password } = options;
  let { settings } = options;
  // The password is random: no other server on this port would take it.
  const problemOn = (port: number, limitMs?: number) =>
    whyNotAnswering(loginOf('owner', password, port), limitMs ?? 1_000);
  return {
    name: 'postgres',
    title: 'Postgres',
    provider: program.provider,
    url: (port) => `postgres://owner:${password}@127.0.0.1:${port}/postgres`,
    answers: async (port, _server, limitMs) =>
      [undefined, full].includes(await problemOn(port, limitMs)),
    async launch(port, { settings: wanted = settings, empty = false } = {}) {
      settings = wanted;
      const now = { ...options, settings, port, empty };
      const server =
        program.provider === 'binary' ? await spawn(now, program.native) : await container(now);
      await untilItAnswers({
        title: 'Postgres',
        port,
        server,
        answers: async () => (await problemOn(port)) === undefined,
        lastWords: () => lastWords(readText(place.log)),
        isPortTaken: () => readText(place.log).includes('Address already in use'),
      });
    },
    tidyUp: () => giveSharedMemoryBack(place.data),
  };
}

type LaunchOptions = PostgresOptions & { port: number; empty: boolean };

async function spawn(options: LaunchOptions, native: string): Promise<ProcessRecord> {
  const { place, user, port, tls } = options;
  const bin = join(reachable(native, place, user), 'bin');
  if (options.empty) removeFolder(place.data);
  if (!existsSync(join(place.data, 'PG_VERSION'))) {
    await (options.fill?.(place.data) ?? makeCluster({ bin, user }, options, place.data));
  }
  const childTitle = `postgres: ${place.name}: `;
  removeStaleLock(place.data, childTitle);
  const server = spawnServer({
    command: programIn(bin, 'postgres'),
    args: ['-D', place.data].concat(
      asArguments({
        ...settingsOf(options, tls && writeTlsFiles(place.path, tls, user)),
        listen_addresses: '127.0.0.1',
        unix_socket_directories: '',
        port: String(port),
        cluster_name: place.name, // a part of the title of each child
      }),
    ),
    folder: place.data,
    log: place.log,
    marks: [place.data],
    manners: { stop: 'SIGINT', quit: 'SIGQUIT', childTitle },
    user,
    env: serverEnvironment(),
  });
  place.record(server, port);
  return server;
}

/** Exercised only where a Docker engine exists. */
async function container(options: LaunchOptions): Promise<ServerRecord> {
  const { program, place, port, password, tls } = options;
  if (program.provider !== 'docker') throw new TypeError('This Postgres does not run in Docker.');
  const record = { kind: 'container', docker: program.command, name: place.name } as const;
  if (options.empty) await removeVolume(record);
  place.record(record, port);
  const args = ['postgres'].concat(asArguments(settingsOf(options, tls && containerTlsFiles)));
  await runContainer({
    record,
    image: program.image,
    port,
    innerPort: 5432,
    args: tls ? withTlsFiles('postgres', args) : args,
    env: {
      ...(tls && tlsEnvironment(tls)),
      PGDATA: '/data/postgres',
      POSTGRES_PASSWORD: password,
      POSTGRES_INITDB_ARGS: '--encoding=UTF8 --locale=C',
    },
  });
  // The image makes a superuser and nobody else; it answers on TCP only once it has.
  const admin = loginOf('postgres', password, port);
  await untilItAnswers({
    title: 'Postgres',
    port,
    server: record,
    answers: async () => (await whyNotAnswering(admin, 1_000)) === undefined,
    lastWords: () => '',
    isPortTaken: () => false,
  });
  await makeRoles(admin, password);
  return record;
}

function loginOf(user: string, password: string, port: number): Login {
  return { host: '127.0.0.1', port, user, password, database: 'postgres', ssl: false };
}

function settingsOf({ durable, settings }: PostgresOptions, files: TlsFiles | undefined): Settings {
  return {
    shared_preload_libraries: 'pg_stat_statements',
    // In the data folder, not in /dev/shm, where a killed server would leave them.
    ...(process.platform === 'win32' ? {} : { dynamic_shared_memory_type: 'mmap' }),
    ...(durable ? {} : { fsync: 'off' }),
    ...(files && { ssl: 'on', ssl_cert_file: files.cert, ssl_key_file: files.key }),
    ...settings,
  };
}

function asArguments(settings: Settings): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** A checkout in a home folder that nobody else may enter is closed to `nobody`, too: 60 MB. */
function reachable(native: string, place: ServerPlace, user: ServerUser | undefined): string {
  if (canReach(join(native, 'bin'), user)) return native;
  const copy = join(dirname(place.data), 'native');
  if (!existsSync(copy)) {
    const draft = `${copy}.new`;
    removeFolder(draft);
    cpSync(native, draft, { recursive: true, verbatimSymlinks: true });
    renameSync(draft, copy);
  }
  return copy;
}

/**
 * After a power cut the pid in the lock file may belong to somebody else by now, and Postgres
 * would refuse to start. It is left alone as long as anything of this server may still run.
 */
function removeStaleLock(data: string, childTitle: string): void {
  const pid = Number(lockLines(data)[0]);
  // Postgres sees by itself that there is no such process; but one that was killed just now, and
  // whose parent has not asked about it yet, still has its pid.
  if (!pid || !processEntry(pid)) return;
  const isOurs = commandLine(pid).includes(data) || pidsByTitle(childTitle).length > 0;
  if (!isOurs) rmSync(join(data, lockFile));
}

const lockFile = 'postmaster.pid';

/** https://github.com/postgres/postgres/blob/REL_18_4/src/include/utils/pidfile.h */
function lockLines(data: string): string[] {
  return readText(join(data, lockFile)).split('\n');
}

/**
 * A killed server leaves a few bytes of System V shared memory, which its next start would take
 * over. When there is none they stay until the next boot, and macOS has room for 32 of them.
 */
async function giveSharedMemoryBack(data: string): Promise<void> {
  const [pid, , , , , , segment] = lockLines(data);
  const id = segment?.trim().split(/\s+/)[1];
  if (!id || startOf(Number(pid)) !== undefined) return;
  await run('ipcrm', ['-m', id], { limitMs: 5_000 });
}

/** The line that says why: after it comes only that the server shuts down. */
function lastWords(log: string): string {
  const lines = log.trimEnd().split('\n');
  return lines.findLast((line) => /(FATAL|PANIC): /.test(line)) ?? lines.at(-1) ?? '';
}
