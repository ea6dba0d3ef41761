import pg from 'pg';
import { createClient } from 'redis';

/** How often each was sent while some work was done. */
export type Counts = Record<string, number>;

/** What is asked of a store, as the store itself counts it. */
export interface Counter {
  during(work: () => Promise<unknown>): Promise<Counts>;
  close(): Promise<void>;
}

/**
 * The commands that a Redis has carried out, by `INFO commandstats`. What a script calls counts as
 * well: `{ eval: 1, get: 1, set: 1 }` may be one command that was sent. Without PING: that is how
 * the helpers find out, once a second, whether a connection is still one (`stayConnected`).
 */
export async function countRedis(url: string): Promise<Counter> {
  const client = await createClient({ url }).connect();
  return {
    async during(work) {
      await client.configResetStat();
      await work();
      const stats = (await client.info('commandstats')).matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm);
      const counts = [...stats].map(([, name = '', calls]) => [name, Number(calls)] as const);
      return Object.fromEntries(
        counts.filter(([name]) => !/^(ping|config\|resetstat)$/.test(name)),
      );
    },
    close: async () => client.destroy(),
  };
}

/** A statement as `pg_stat_statements` keeps it. */
export interface Statement {
  /** In one line, with `$1` for each value. */
  text: string;
  calls: number;
  walBytes: number;
}

export interface PostgresCounter extends Counter {
  statements(work: () => Promise<unknown>): Promise<Statement[]>;
}

/**
 * The statements that a Postgres was sent, by `pg_stat_statements`: `{ 'SELECT session': 2 }`, the
 * verb and the table. What triggers do within a statement is a part of it.
 *
 * @param url of the server, as its owner. @param role whose statements are counted.
 */
export async function countPostgres(url: string, role: string): Promise<PostgresCounter> {
  const owner = new pg.Client({ connectionString: url });
  await owner.connect();
  const statements = async (work: () => Promise<unknown>) => {
    await owner.query('SELECT pg_stat_statements_reset()');
    await work();
    const { rows } = await owner.query<Statement>(
      `SELECT regexp_replace(query, '\\s+', ' ', 'g') AS text, calls::int,
         wal_bytes::float8 AS "walBytes"
       FROM pg_stat_statements JOIN pg_roles ON pg_roles.oid = userid
       WHERE rolname = $1 AND query NOT LIKE '%pg_stat_statements%' ORDER BY query`,
      [role],
    );
    return rows;
  };
  return {
    statements,
    async during(work) {
      const counts: Counts = {};
      for (const { text, calls } of await statements(work)) {
        const name = nameOf(text);
        counts[name] = (counts[name] ?? 0) + calls;
      }
      return counts;
    },
    close: () => owner.end(),
  };
}

function nameOf(text: string): string {
  const [, verb = text] = /^(\w+)/.exec(text) ?? [];
  const [, table = ''] = /(?:FROM|INTO|UPDATE) \S*?\b(session|throttle)\b/.exec(text) ?? [];
  return `${verb.toUpperCase()} ${table}`.trim();
}
