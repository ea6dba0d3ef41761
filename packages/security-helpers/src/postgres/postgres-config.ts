import { ConfigError } from '../config.ts';

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
 * @throws ConfigError when one is missing or no Postgres URL; the values, which hold passwords, are
 *   not repeated.
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
  for (const [name, url] of Object.entries({
    DATABASE_URL: databaseUrl,
    MIGRATION_DATABASE_URL: migrationUrl,
  })) {
    if (!/^postgres(ql)?:\/\/[^/]/.test(url) || !URL.canParse(url)) {
      throw new ConfigError(`${name} is not a Postgres URL: it must begin with postgres://`);
    }
  }
  return { databaseUrl, migrationUrl };
}
