import type { Pool } from 'pg';
import { RateLimiterPostgres } from 'rate-limiter-flexible';
import type { MakeLimiter } from '../throttle.ts';

/** Counters in Postgres, which all instances share. @param schema that the migrations have filled. */
export function postgresLimiter(pool: Pool, schema: string): MakeLimiter {
  // It names its statements, so that Postgres prepares each once for a connection. A pooler in
  // transaction mode lends another connection the next time, which knows no such name, or knows
  // it already. What is won by it is nothing beside a password hash: so no names, with or without.
  const nameless = {
    query: ({ text, values }: { text: string; values: unknown[] }) => pool.query(text, values),
  };
  return (options) =>
    new RateLimiterPostgres({
      storeClient: nameless,
      storeType: 'client',
      schemaName: schema,
      tableName: 'throttle',
      tableCreated: true, // by a migration: the app's role could not
      clearExpiredByTimeout: false, // the prune does it
      ...options,
    });
}
