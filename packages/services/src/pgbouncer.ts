// A pooler in front of a Postgres: https://www.pgbouncer.org/config.html
import { chownSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readText } from './files.ts';
import type { RestartOptions } from './handle.ts';
import { type LadderOptions, lastLine } from './images.ts';
import { type ServerPlace, type StoreServer, untilItAnswers } from './launching.ts';
import { whyNotAnswering } from './postgres/ping.ts';
import { letThrough, makeFolderOf, type ServerUser, serverUser } from './postgres/user.ts';
import { type PrivateHandle, startPrivate } from './private.ts';
import { spawnServer } from './processes.ts';
import { ensureProgram } from './program.ts';

/**
 * Starts a throw-away PgBouncer on 127.0.0.1 in transaction mode: a connection of the server is
 * lent to a client for one transaction, and the next of the same client may get another.
 *
 * @param databaseUrl of a Postgres on this machine; the handle's url is the same by the pooler.
 * @param options.most connections to the server. Few, so that clients do share them.
 * @throws UnavailableError when there is no PgBouncer and it cannot be installed unasked
 */
export async function startPgbouncer(
  databaseUrl: string,
  options: { most?: number } & LadderOptions = {},
): Promise<PrivateHandle> {
  const command = await ensureProgram('pgbouncer', options);
  const user = await serverUser(); // it refuses to run as root, as Postgres does
  return startPrivate(
    'pgbouncer',
    (place) => pgbouncer({ command, place, user, databaseUrl, most: options.most ?? 3 }),
    undefined,
  );
}

interface Parts {
  command: string;
  place: ServerPlace;
  user: ServerUser | undefined;
  databaseUrl: string;
  most: number;
}

function pgbouncer(parts: Parts): StoreServer<RestartOptions> {
  const { command, place, user, databaseUrl } = parts;
  const url = (port: number) => Object.assign(new URL(databaseUrl), { port }).href;
  const answers = async (port: number, _server: unknown, limitMs = 1_000) =>
    (await whyNotAnswering({ connectionString: url(port) }, limitMs)) === undefined;
  return {
    name: 'pgbouncer',
    title: 'PgBouncer',
    provider: 'binary',
    url,
    answers,
    async launch(port) {
      const folder = join(place.path, 'settings');
      letThrough(place.path, user);
      makeFolderOf(folder, user);
      const write = (name: string, text: string) => {
        const file = join(folder, name);
        writeFileSync(file, text, { mode: 0o600 });
        if (user) chownSync(file, user.uid, user.gid);
        return file;
      };
      const accounts = write('users.txt', accountOf(databaseUrl));
      const settings = write('pgbouncer.ini', settingsOf(parts, port, accounts));
      const server = spawnServer({
        command,
        args: [settings],
        folder,
        log: place.log,
        marks: [settings],
        user,
      });
      place.record(server, port);
      await untilItAnswers({
        title: 'PgBouncer',
        port,
        server,
        answers: () => answers(port, server),
        lastWords: () => lastLine(readText(place.log)),
        isPortTaken: () => readText(place.log).includes('Address already in use'),
      });
    },
  };
}

/** In the clear: it logs in with it at the server, where SCRAM asks for more than a hash. */
function accountOf(databaseUrl: string): string {
  const { username, password } = new URL(databaseUrl);
  return `"${username}" "${decodeURIComponent(password)}"\n`;
}

function settingsOf({ databaseUrl, most }: Parts, port: number, accounts: string): string {
  const { hostname, port: serverPort } = new URL(databaseUrl);
  return [
    '[databases]',
    `* = host=${hostname} port=${serverPort}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = scram-sha-256',
    `auth_file = ${accounts}`,
    'pool_mode = transaction',
    `default_pool_size = ${most}`,
    // A setting of a connection cannot follow a client from one server connection to the next; it
    // is given to the role instead. Else PgBouncer refuses who asks for one.
    'ignore_startup_parameters = statement_timeout',
    '',
  ].join('\n');
}
