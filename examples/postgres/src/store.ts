// WHERE SESSIONS LIVE: in Postgres, one row a session: `<namespace>.session`, by a hash of the id.
//
// Who deletes them:      a logout; a prune every SESSION_PRUNE_SECONDS, whether anybody asks for
//                        anything or not. An expired row is no session, pruned or not.
// A restart of the app:  nobody notices.
// Two instances:         share all sessions.
// A restart of Postgres: nobody notices, SIGKILL included: a commit is on the disk.
// An outage of Postgres: 503 within the deadline for whoever has a session; when Postgres is back,
//                        the same process serves again.

import type { Clock, Config } from 'security-helpers';
import {
  connectPostgres,
  PostgresStore,
  postgresLimiter,
  readPostgresConfig,
  requireSchema,
} from 'security-helpers/postgres';

export const where = 'in Postgres';

export async function openStore(env: NodeJS.ProcessEnv, config: Config, _clock: Clock) {
  const { databaseUrl, prepared } = readPostgresConfig(env);
  // A pool in which nothing waits for ever: not for a connection, not for an answer.
  const pool = await connectPostgres(databaseUrl, {
    budgetMs: config.storeBudgetMs,
    name: config.namespace,
  });
  const close = () => pool.end();
  try {
    // The tables come from numbered migrations, run by their owner: this role could not make them.
    await requireSchema(pool, config.namespace);
  } catch (error) {
    await close();
    throw error;
  }
  const store = new PostgresStore({ pool, schema: config.namespace, prepared });
  store.pruneEvery(config.pruneMs, console.error);
  return {
    store,
    limiter: postgresLimiter(pool, config.namespace),
    /** Rejects while the store cannot be reached. */
    check: async () => void (await pool.query('SELECT 1')),
    gauges: () => store.gauges(),
    async close() {
      store.stopPruning();
      await close();
    },
  };
}
