import pg from 'pg';
import { UnavailableError } from '../process.ts';
import { connectToWriter, hostsOf } from './hosts.ts';
import type { PostgresConfig } from './postgres-config.ts';

/**
 * Ends every session of a schema, of users and of visitors; each has its row in the audit trail.
 *
 * For a database that was restored from a backup: sessions that were ended since are in it again, and
 * whoever has kept such a cookie would be let in.
 *
 * @returns how many.
 * @throws UnavailableError when there is no server, or not these tables.
 */
export async function endAllSessions(
  { databaseUrl }: Pick<PostgresConfig, 'databaseUrl'>,
  schema: string,
): Promise<number> {
  let client: pg.Client | undefined;
  try {
    client = await connectToWriter(databaseUrl);
    const table = `${pg.escapeIdentifier(schema)}.session`;
    return (await client.query(`DELETE FROM ${table}`)).rowCount ?? 0;
  } catch (error) {
    throw new UnavailableError(
      `The sessions in ${hostsOf(databaseUrl)} could not be ended ` +
        `(${(error as Error).message}): all of them still are what they were. Try it again.`,
    );
  } finally {
    await client?.end();
  }
}
