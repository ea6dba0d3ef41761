import { randomBytes } from 'node:crypto';
import { type PrivateHandle, startPrivate } from '../private.ts';
import type { Tls } from '../tls-files.ts';
import { UnavailableError } from '../unavailable.ts';
import { findPostgresProgram, missingSentence } from './ladder.ts';
import { type PostgresRestartOptions, postgresServer } from './launch.ts';
import { letThrough, serverUser } from './user.ts';

/**
 * Starts a throw-away Postgres 18 on 127.0.0.1 for a test, a lab or a benchmark: its own port, its
 * own temporary data, UTF8, locale C, pg_stat_statements, TCP only. DATABASE_URL is never used,
 * because this server will be killed. The url logs in as `owner`, which owns the database and may
 * create roles and databases, but is no superuser; there is no login for one.
 *
 * `durable` (false unless given) forces commits to the disk, as a production server does; rows
 * that were confirmed outlive `kill()` either way, a power cut only when durable. `settings` are
 * server settings; `restart({ settings })` replaces them. Those that make it this server on this
 * port (port, listen_addresses, unix_socket_directories, cluster_name) cannot be changed. With `tls`
 * it answers over TLS as well.
 * @throws UnavailableError when this machine has no Postgres; PortTakenError when `port` is in use
 */
export async function startPostgres(
  options: {
    durable?: boolean;
    tls?: Tls;
    settings?: Readonly<Record<string, string>>;
    port?: number;
    env?: NodeJS.ProcessEnv;
  } = {},
): Promise<PrivateHandle<PostgresRestartOptions>> {
  const env = options.env ?? process.env;
  const program = await findPostgresProgram(env);
  if (!program) throw new UnavailableError(missingSentence());
  const user = await serverUser();
  const { durable = false, settings = {}, tls } = options;
  return startPrivate(
    'postgres',
    (place) => {
      letThrough(place.path, user);
      const password = randomBytes(18).toString('base64url');
      return postgresServer({ program, place, user, password, durable, tls, settings });
    },
    options.port,
  );
}
