import { ConfigError } from '../config.ts';
import { requireCheckedLine, type StoreLine } from '../store-line.ts';
import { urlsOf } from './hosts.ts';

/** Where Postgres is, and as whom. */
export interface PostgresConfig {
  /** As the role that serves requests: it reads and writes rows, and nothing else. */
  databaseUrl: string;
  /** As the role that owns the tables: for migrations only, never for a server. */
  migrationUrl: string;
  /** Whether statements may be prepared: not behind a pooler in transaction mode. */
  prepared: boolean;
}

/**
 * Reads `DATABASE_URL` and `MIGRATION_DATABASE_URL`; without the second, one role does both. And
 * `POSTGRES_PREPARED`, which is on unless it is 0.
 *
 * Each may name a primary and its standbys (`urlsOf`).
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
    const all = readUrls(setting, url).map((each) => new URL(each));
    for (const { hostname, searchParams } of all) {
      requireWriterNamed(setting, searchParams, all.length);
      const host = searchParams.get('host') ?? hostname; // as node-postgres reads it
      const demand = 'say sslmode=verify-full';
      requireCheckedLine(env, { setting, host, tls: tlsOf(searchParams), demand });
    }
  }
  const prepared = env['POSTGRES_PREPARED'] || '1';
  if (!['0', '1'].includes(prepared)) {
    throw new ConfigError('POSTGRES_PREPARED must be 1, or 0 behind a pooler in transaction mode');
  }
  return { databaseUrl, migrationUrl, prepared: prepared === '1' };
}

function readUrls(setting: string, url: string): string[] {
  try {
    return urlsOf(url);
  } catch {
    throw new ConfigError(`${setting} is not a Postgres URL: it must begin with postgres://`);
  }
}

/**
 * Of several hosts all but one are standbys. A session must not be read from one: it may not have
 * heard of a logout yet, or of a login. So there is one rule to choose by, and it must be said.
 */
function requireWriterNamed(setting: string, params: URLSearchParams, hosts: number): void {
  const wanted = params.getAll('target_session_attrs').join();
  if (wanted !== '' && wanted !== 'read-write') {
    throw new ConfigError(
      `${setting} must say target_session_attrs=read-write or nothing of the kind: sessions are ` +
        'read and written on the host that takes writes',
    );
  }
  if (hosts === 1) return;
  if (wanted === '') {
    throw new ConfigError(
      `${setting} names several hosts and must also say target_session_attrs=read-write, so that ` +
        'the one that takes writes is used and no other',
    );
  }
  // They would be the same for each, so that there were no several hosts any more.
  if (params.has('host') || params.has('port')) {
    throw new ConfigError(`${setting} names several hosts and must not say host= or port= as well`);
  }
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
