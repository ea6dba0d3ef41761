import connectPgSimple from 'connect-pg-simple';
import session from 'express-session';

const PgStore = connectPgSimple(session);

/** What errors.ts answers with 503. */
export class StoreAway extends Error {}

/** Where sessions lived until yesterday: in Postgres, in the table `session`. */
export async function openStore(env: NodeJS.ProcessEnv) {
  const conString = env['DATABASE_URL'] ?? 'postgres://127.0.0.1:5432/shop';
  const store = new PgStore({ conString, createTableIfMissing: true });
  return { store, close: async () => store.close() };
}
