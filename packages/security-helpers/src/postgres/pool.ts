import pg from 'pg';
import { firstConnection } from '../first-connection.ts';
import { hostsOf } from './hosts.ts';
import { toWriter } from './writer.ts';

/** `read_only_sql_transaction`: https://www.postgresql.org/docs/18/errcodes-appendix.html */
const READ_ONLY = '25006';

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
 * - With several hosts, each connection leads to the one that takes writes (`toWriter`).
 *
 * @param url `postgres://…`. A name that is resolved and a certificate that is checked, in
 *   production: `sslmode=verify-full`.
 * @param options both are needed.
 * @param options.budgetMs of a request, in milliseconds.
 * @param options.name shown in `pg_stat_activity`.
 * @throws UnavailableError when there is no connection after five attempts.
 */
export async function connectPostgres(
  url: string,
  { budgetMs, name }: { budgetMs: number; name: string },
): Promise<pg.Pool> {
  const pool = new pg.Pool({
    ...toWriter(url),
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
    // of those that are left costs one more request its whole budget. And one whose server takes no
    // writes any more is not alone either: the others would go on reading from a server that hears
    // of no logout, or too late.
    const { message, code } = (error ?? {}) as { message?: string; code?: string };
    if (message !== 'Query read timeout' && code !== READ_ONLY) return;
    for (let left = pool.idleCount; left > 0; left--) {
      pool.connect().then(
        (client) => client.release(true),
        () => undefined,
      );
    }
  });
  try {
    const title = `Postgres at ${hostsOf(url)}`;
    await firstConnection({ title, setting: 'DATABASE_URL', ask: () => pool.query('SELECT 1') });
  } catch (error) {
    await pool.end();
    throw error;
  }
  return pool;
}
