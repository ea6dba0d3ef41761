import { Client } from 'pg';

/** The table of sessions in Postgres, ours or that of connect-pg-simple, from outside. */
export interface SessionTable {
  empty(): Promise<void>;
  /**
   * Makes copies of the first row, with other ids.
   *
   * @param expire of copy `i`, in SQL.
   */
  copy(from: number, to: number, expire?: string): Promise<void>;
  /** With indexes and whatever else it takes. */
  bytes(): Promise<number>;
  hasExpired(): Promise<boolean>;
  close(): Promise<void>;
}

export async function openTable(ownerUrl: string, schema: string): Promise<SessionTable> {
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  const table = `${schema}.session`;
  const first = async <T>(query: string, values: unknown[] = []) =>
    (await client.query<{ value: T }>(query, values)).rows[0]?.value;
  return {
    async empty() {
      // connect-pg-simple makes its table when it first needs it.
      if (await first('SELECT to_regclass($1) AS value', [table])) {
        await client.query(`TRUNCATE ${table}`);
      }
    },
    async copy(from, to, expire = `expire + i * interval '1 millisecond'`) {
      const { rows } = await client.query<{ name: string; type: string }>(
        `SELECT column_name AS name, data_type AS type FROM information_schema.columns
         WHERE table_schema = $1 AND table_name = 'session'`,
        [schema],
      );
      const names = rows.map(({ name }) => name);
      const values = rows.map(({ name, type }) => otherwise(name, type, expire));
      await client.query(
        `WITH one AS MATERIALIZED (SELECT * FROM ${table} LIMIT 1)
         INSERT INTO ${table} (${names.join(', ')})
         SELECT ${values.join(', ')} FROM one, generate_series($1::bigint, $2::bigint) AS i`,
        [from, to],
      );
    },
    bytes: async () => Number(await first('SELECT pg_total_relation_size($1) AS value', [table])),
    hasExpired: async () =>
      (await first<boolean>(
        `SELECT EXISTS (SELECT FROM ${table} WHERE expire < now()) AS value`,
      )) ?? false,
    close: () => client.end(),
  };
}

/** What differs between two sessions: an id in no order, the user, and when it expires. */
function otherwise(name: string, type: string, expire: string): string {
  if (name === 'expire') return expire;
  if (name === 'user_id') return `'user-' || i`;
  if (name !== 'sid') return name;
  const hash = `sha256(convert_to(i::text, 'UTF8'))`;
  if (type === 'bytea') return hash;
  return `left(translate(encode(${hash}, 'base64'), '+/=', '-_'), length(sid))`;
}
