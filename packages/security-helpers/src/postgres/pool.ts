import pg from 'pg';
import { firstConnection, withoutCredentials } from '../first-connection.ts';

/**
 * Opens a pool of connections, none of which can hang a request.
 *
 * - `connectionTimeoutMillis`: for a server that does not answer and for a pool that is exhausted;
 *   by default a request waits for ever in both cases.
 * - `query_timeout`: our side gives up on a query, and on its connection; `statement_timeout`: so
 *   does the server, which would otherwise go on working for nobody.
 * - A listener for `error`: without one, an idle connection that is lost ends the process
 *   (node-postgres issue 1611).
 *
 * @param url `postgres://…`. A name that is resolved and a certificate that is checked, in
 *   production: `sslmode=verify-full`.
 * @param options.budgetMs of a request, in milliseconds.
 * @param options.name shown in `pg_stat_activity`.
 * @throws UnavailableError when there is no connection after five attempts.
 */
export async function connectPostgres(
  url: string,
  { budgetMs, name }: { budgetMs: number; name: string },
): Promise<pg.Pool> {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: name,
    max: 10,
    connectionTimeoutMillis: budgetMs,
    // Behind the request's own deadline, which answers: these two give the connection back.
    query_timeout: 2 * budgetMs,
    statement_timeout: 2 * budgetMs,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
  });
  // The pool has thrown the connection away already; the next query makes a new one.
  pool.on('error', () => undefined);
  pool.on('release', (error) => {
    // One that went silent is seldom alone (a failover, a firewall that has forgotten them): else each
    // of those that are left costs one more request its whole budget.
    if ((error as Error | undefined)?.message !== 'Query read timeout') return;
    for (let left = pool.idleCount; left > 0; left--) {
      pool.connect().then(
        (client) => client.release(true),
        () => undefined,
      );
    }
  });
  try {
    const title = `Postgres at ${withoutCredentials(url)}`;
    await firstConnection({ title, setting: 'DATABASE_URL', ask: () => pool.query('SELECT 1') });
  } catch (error) {
    await pool.end();
    throw error;
  }
  return pool;
}
