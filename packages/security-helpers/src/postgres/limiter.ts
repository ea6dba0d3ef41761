import type { Pool } from 'pg';
import { RateLimiterPostgres } from 'rate-limiter-flexible';
import type { MakeLimiter } from '../throttle.ts';

/** Counters in Postgres, which all instances share. @param schema that the migrations have filled. */
export function postgresLimiter(pool: Pool, schema: string): MakeLimiter {
  return (options) =>
    new RateLimiterPostgres({
      storeClient: pool,
      schemaName: schema,
      tableName: 'throttle',
      tableCreated: true, // by a migration: the app's role could not
      clearExpiredByTimeout: false, // the prune does it
      ...options,
    });
}
