import { ConfigError } from '../config.ts';
import { requireCheckedLine, type StoreLine } from '../store-line.ts';

/** Where Postgres is, and as whom. */
export interface PostgresConfig {
  /** As the role that serves requests: it reads and writes rows, and nothing else. */
  databaseUrl: string;
  /** As the role that owns the tables: for migrations only, never for a server. */
  migrationUrl: string;
}

/**
 * Reads `DATABASE_URL` and `MIGRATION_DATABASE_URL`; without the second, one role does both.
 *
 * @throws ConfigError when one is missing, no Postgres URL, or in production not to be trusted (see
 *   `requireCheckedLine`); the values, which hold passwords, are not repeated.
 */
export function readPostgresConfig(env: NodeJS.ProcessEnv): PostgresConfig {
  const databaseUrl = env['DATABASE_URL'];
  if (!databaseUrl) {
    throw new ConfigError(
      'DATABASE_URL is missing: set it to where Postgres is, ' +
        'for instance postgres://app@127.0.0.1:5432/shop',
    );
  }
  const migrationUrl = env['MIGRATION_DATABASE_URL'] || databaseUrl;
  for (const [setting, url] of Object.entries({
    DATABASE_URL: databaseUrl,
    MIGRATION_DATABASE_URL: migrationUrl,
  })) {
    if (!/^postgres(ql)?:\/\/[^/]/.test(url) || !URL.canParse(url)) {
      throw new ConfigError(`${setting} is not a Postgres URL: it must begin with postgres://`);
    }
    const { hostname, searchParams } = new URL(url);
    const host = searchParams.get('host') ?? hostname; // as node-postgres reads it
    const demand = 'say sslmode=verify-full';
    requireCheckedLine(env, { setting, host, tls: tlsOf(searchParams), demand });
  }
  return { databaseUrl, migrationUrl };
}

/**
 * To the letter. Today node-postgres checks as much for `require`, `prefer` and `verify-ca`, and
 * announces that its next major checks less; of two modes it takes the last.
 */
function tlsOf(params: URLSearchParams): StoreLine['tls'] {
  const modes = params.getAll('sslmode').join();
  if (params.has('ssl')) return 'unchecked';
  if (modes === 'verify-full') return 'checked';
  return modes === '' || modes === 'disable' ? 'none' : 'unchecked';
}
