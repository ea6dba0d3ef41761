import { asOwner } from '../src/attack/records.ts';

/** The table that connect-pg-simple wants, with an expiry of this type. */
export async function createTable(
  postgresUrl: string,
  schema: string,
  type: 'timestamp(6)' | 'timestamptz',
): Promise<void> {
  await asOwner(postgresUrl, async (client) => {
    await client.query(`CREATE SCHEMA IF NOT EXISTS "${schema}"`);
    await client.query(
      `CREATE TABLE IF NOT EXISTS "${schema}".session
         (sid text PRIMARY KEY, sess json NOT NULL, expire ${type} NOT NULL)`,
    );
  });
}
