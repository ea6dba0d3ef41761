export { endAllSessions } from './end-all.ts';
export { postgresLimiter } from './limiter.ts';
export { migrate, requireSchema } from './migrate.ts';
export { connectPostgres } from './pool.ts';
export { type PostgresConfig, readPostgresConfig } from './postgres-config.ts';
export { PostgresStore } from './postgres-store.ts';
