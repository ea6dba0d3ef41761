import { readdirSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import pg from 'pg';
import { UnavailableError } from '../process.ts';
import { connectToWriter, hostsOf, urlsOf } from './hosts.ts';
import type { PostgresConfig } from './postgres-config.ts';

const FOLDER = fileURLToPath(new URL('./migrations', import.meta.url));
const TABLE = 'pgmigrations';
const ATTEMPTS = 20;

/**
 * Brings a schema up to date, as its owner, and lets the app's role work in it: on rows, not on
 * tables. Does nothing when all is done already; two at once wait for each other.
 *
 * @param schema made when it is missing.
 * @returns the names of the migrations that were run.
 * @throws UnavailableError when there is no server, or the owner may not do it.
 */
export async function migrate(
  { databaseUrl, migrationUrl }: Pick<PostgresConfig, 'databaseUrl' | 'migrationUrl'>,
  schema: string,
): Promise<string[]> {
  let owner: pg.Client | undefined;
  try {
    owner = await connectToWriter(migrationUrl);
    const done = await runMigrations(owner, schema);
    await grant(owner, schema, new URL(urlsOf(databaseUrl)[0]).username);
    return done;
  } catch (error) {
    throw new UnavailableError(
      `The database at ${hostsOf(migrationUrl)} could not be migrated ` +
        `(${(error as Error).message}): MIGRATION_DATABASE_URL must name a role that may create tables.`,
    );
  } finally {
    await owner?.end();
  }
}

async function runMigrations(owner: pg.Client, schema: string): Promise<string[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      const run = await runner({
        dbClient: owner,
        dir: FOLDER,
        direction: 'up',
        count: Number.POSITIVE_INFINITY,
        schema,
        createSchema: true,
        migrationsSchema: schema,
        migrationsTable: TABLE,
        checkOrder: true,
        singleTransaction: true,
        logger: { debug: silent, info: silent, warn: silent, error: silent },
      });
      return run.map(({ name }) => name);
    } catch (error) {
      const isBusy = /already running/.test((error as Error).message);
      if (!isBusy || attempt === ATTEMPTS) throw error;
      await wait(250); // another instance is at it
    }
  }
}

async function grant(owner: pg.Client, schema: string, role: string): Promise<void> {
  if (!role) return;
  const [where, who] = [pg.escapeIdentifier(schema), pg.escapeIdentifier(decodeURIComponent(role))];
  await owner.query(`GRANT USAGE ON SCHEMA ${where} TO ${who}`);
  const rows = `${where}.session, ${where}.throttle`;
  await owner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${rows} TO ${who}`);
  // Nothing on session_audit: only the triggers write it, and they run with the owner's rights.
  await owner.query(`GRANT SELECT ON ${where}.session_history, ${where}.${TABLE} TO ${who}`);
}

/**
 * @throws UnavailableError when the schema is missing or older than this code: a server must not
 *   start on it, and must not have the right to change it either.
 */
export async function requireSchema(pool: pg.Pool, schema: string): Promise<void> {
  const wanted = readdirSync(FOLDER)
    .filter((file) => file.endsWith('.sql'))
    .map((file) => file.replace(/\.sql$/, ''));
  const where = `${pg.escapeIdentifier(schema)}.${TABLE}`;
  const run = await pool.query<{ name: string }>(`SELECT name FROM ${where}`).catch((error) => {
    const missing = ['42P01', '3F000'].includes(error.code); // no such table, no such schema
    const why = missing ? 'has no tables for sessions yet' : `cannot be used: ${error.message}`;
    throw new UnavailableError(`The schema "${schema}" ${why}. Run: npm run migrate`);
  });
  const names = run.rows.map(({ name }) => name);
  if (wanted.every((name) => names.includes(name))) return;
  throw new UnavailableError(
    `The schema "${schema}" is older than this server. Run: npm run migrate`,
  );
}

const silent = () => undefined;
