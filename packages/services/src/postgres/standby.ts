// A second Postgres that repeats what the first one does, and can take its place.
import { appendFileSync, chownSync, existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { copyFolder } from '../backup.ts';
import { removeFolder } from '../files.ts';
import { type PrivateHandle, startPrivate } from '../private.ts';
import { UnavailableError } from '../unavailable.ts';
import { until } from '../wait.ts';
import { findPostgresProgram } from './ladder.ts';
import { type PostgresRestartOptions, postgresServer } from './launch.ts';
import { letThrough, serverUser } from './user.ts';

export interface Standby extends PrivateHandle<PostgresRestartOptions> {
  /** Resolves when it has all that its primary was told until now. */
  untilCaughtUp(): Promise<void>;
  /** Makes it the primary; resolves when it takes writes. @throws Error when it does not answer */
  promote(): Promise<void>;
}

const limitMs = 60_000;

/**
 * Starts a standby of a throw-away Postgres (`startPostgres`), with the same accounts; resolves when
 * it receives what the primary writes. Until it is promoted it answers reads and refuses writes.
 *
 * Replication is asynchronous unless the primary says otherwise: with the settings
 * `synchronous_standby_names: '*'` each commit waits for a standby, from its first one on.
 *
 * @param options.by the primary's url by another way, for instance a line (`openLine`) to hold.
 * @throws UnavailableError when the primary runs in Docker, where its files are out of reach
 */
export async function startStandby(
  primary: PrivateHandle<PostgresRestartOptions>,
  options: { by?: string; settings?: Readonly<Record<string, string>> } = {},
): Promise<Standby> {
  const program = await findPostgresProgram(process.env);
  if (primary.provider !== 'binary' || program?.provider !== 'binary') {
    throw new UnavailableError(
      'A standby needs the Postgres of the optional npm package, not Docker: npm ci.',
    );
  }
  const user = await serverUser();
  const { settings = {}, by = primary.url } = options;
  const { password } = new URL(primary.url);
  let name = '';
  const handle = await startPrivate(
    'postgres',
    (place) => {
      letThrough(place.path, user);
      name = place.name;
      const fill = (data: string) => copyOf(primary.url, by, data);
      const durable = false;
      return postgresServer({ program, place, user, password, durable, settings, fill });
    },
    undefined,
  );
  try {
    await untilItStreams(primary.url, name);
  } catch (error) {
    await handle.close();
    throw error;
  }
  return {
    ...handle,
    async untilCaughtUp() {
      const text = 'SELECT pg_current_wal_insert_lsn()::text AS lsn';
      const { lsn } = await asStandby(primary.url, (client) => client.query(text).then(first));
      await asStandby(handle.url, (client) =>
        until('The standby did not catch up', limitMs, async () => {
          const text = 'SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn AS done';
          return (await client.query(text, [lsn]).then(first))['done'];
        }),
      );
    },
    async promote() {
      const text = `SELECT pg_promote(true, ${limitMs / 1000}) AS done`;
      const { done } = await asStandby(handle.url, (client) => client.query(text).then(first));
      if (!done) throw new Error('The standby was asked to take over, and did not.');
    },
  };
}

/** https://www.postgresql.org/docs/18/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP */
async function copyOf(url: string, by: string, data: string): Promise<void> {
  const draft = `${data}.new`;
  removeFolder(draft);
  await asStandby(url, async (client) => {
    const from = String((await client.query('SHOW data_directory').then(first))['data_directory']);
    await client.query("SELECT pg_backup_start('standby', true)");
    copyFolder(from, draft, isWanted(from));
    const stopped = await client.query('SELECT labelfile FROM pg_backup_stop(false)').then(first);
    const { uid, gid } = statSync(from);
    const write = (name: string, text: string) => {
      const file = join(draft, name);
      if (existsSync(file)) appendFileSync(file, text);
      else writeFileSync(file, text, { mode: 0o600 });
      if (process.getuid?.() === 0) chownSync(file, uid, gid);
    };
    // Without it the copy would start from the primary's last checkpoint, and be corrupt.
    write('backup_label', String(stopped['labelfile']));
    write('standby.signal', '');
    // In a file, not on a command line: there `ps` would show the password.
    write('postgresql.auto.conf', `primary_conninfo = '${conninfo(by)}'\n`);
  });
  removeFolder(data);
  copyFolder(draft, data);
  removeFolder(draft);
}

/** What belongs to the running primary would do harm, what replication brings is not needed. */
function isWanted(root: string): (path: string) => boolean {
  const emptied =
    /^pg_(wal|replslot|dynshmem|notify|serial|snapshots|stat_tmp|subtrans)[\\/]|pgsql_tmp/;
  const itsOwn = /^postmaster\.(pid|opts)$/;
  return (path) => {
    const inside = path.slice(root.length + 1);
    return !emptied.test(inside) && !itsOwn.test(inside);
  };
}

function conninfo(by: string): string {
  const { hostname, port, password } = new URL(by);
  return `host=${hostname} port=${port} user=standby password=${password}`;
}

/** Only a standby that streams is one: before that, a commit would wait for it or not reach it. */
async function untilItStreams(primary: string, name: string): Promise<void> {
  await asStandby(primary, (client) =>
    until('The standby did not begin to stream', limitMs, async () => {
      const text =
        "SELECT FROM pg_stat_replication WHERE application_name = $1 AND state = 'streaming'";
      return (await client.query(text, [name])).rowCount === 1;
    }),
  );
}

async function asStandby<T>(url: string, does: (client: Client) => Promise<T>): Promise<T> {
  const login = new URL(url);
  login.username = 'standby';
  const client = new Client({ connectionString: login.href });
  client.on('error', () => undefined); // the query that suffers from it rejects
  await client.connect();
  try {
    return await does(client);
  } finally {
    await client.end();
  }
}

function first({ rows }: { rows: Record<string, unknown>[] }): Record<string, unknown> {
  return rows[0] ?? {};
}
