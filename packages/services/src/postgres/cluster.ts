// A new data folder, and the roles in it.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, renameSync, rmdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Client } from 'pg';
import { removeFolder } from '../files.ts';
import { programIn } from './binary.ts';
import type { Login } from './ping.ts';
import { makeFolderOf, type ServerUser } from './user.ts';

const limitMs = 120_000;

/** A program of Postgres, and as whom to run it. */
export interface Runner {
  readonly bin: string;
  readonly user: ServerUser | undefined;
}

/**
 * Makes a data folder in which `owner` can log in with this password, and the superuser
 * `postgres` cannot log in at all. The folder appears in one step: a half-made one is never used.
 */
export async function makeCluster(
  runner: Runner,
  options: { password: string; durable: boolean },
  data: string,
): Promise<void> {
  // Another name each time: the initdb of a killed terminal may still write into the last one.
  const drafts = `${basename(data)}.`;
  for (const name of readdirSync(dirname(data))) {
    if (name.startsWith(drafts)) removeFolder(join(dirname(data), name));
  }
  const draft = `${data}.${randomBytes(4).toString('hex')}`;
  makeFolderOf(draft, runner.user);
  await runIn(runner, draft, 'initdb', [
    ...['--pgdata', draft, '--username=postgres', '--encoding=UTF8', '--locale=C', '--no-sync'],
    ...['--auth-host=scram-sha-256', '--auth-local=reject', '--no-instructions'],
  ]);
  // Without a server, and without the password on a command line that `ps` shows.
  const alone = ['--single', '-j', '-D', draft, '-c', 'fsync=off', '-c', 'exit_on_error=on'];
  await runIn(
    runner,
    draft,
    'postgres',
    [...alone, 'postgres'],
    roles(options.password).join('\n\n'),
  );
  if (options.durable) await runIn(runner, draft, 'initdb', ['--sync-only', '--pgdata', draft]);
  if (existsSync(data)) rmdirSync(data); // only ever an empty one
  renameSync(draft, data);
}

/** The same in a container, whose image makes only a superuser; nothing on a second start. */
export async function makeRoles(admin: Login, password: string): Promise<void> {
  const client = new Client(admin);
  await client.connect();
  try {
    const { rowCount } = await client.query("select 1 from pg_roles where rolname = 'owner'");
    if (rowCount === 0) await client.query(`begin; ${roles(password).join(' ')} commit;`);
  } finally {
    await client.end();
  }
}

/**
 * `owner` is what managed services hand out: it owns the database, so it can create in it and in
 * schema `public`, makes the roles of applications and other databases, sees all sessions and
 * statements and may end sessions; but it is no superuser, so a grant that is missing shows.
 */
function roles(password: string): string[] {
  return [
    `create role owner login createdb createrole password ${literal(password)};`,
    'grant pg_monitor, pg_signal_backend, pg_checkpoint to owner;',
    'alter database postgres owner to owner;',
    'create extension pg_stat_statements;',
    'grant execute on function pg_stat_statements_reset to owner;',
    // What a standby needs: to be told all changes, to copy the data, and to take over.
    `create role standby login replication password ${literal(password)};`,
    'grant pg_monitor to standby;',
    'grant execute on function pg_backup_start, pg_backup_stop, pg_promote to standby;',
    '',
  ];
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function runIn(
  { bin, user }: Runner,
  folder: string,
  program: 'initdb' | 'postgres',
  args: readonly string[],
  input = '',
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(programIn(bin, program), args, {
      cwd: folder,
      env: serverEnvironment(),
      timeout: limitMs,
      killSignal: 'SIGKILL',
      windowsHide: true,
      ...user,
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        said += chunk;
      });
    }
    child.on('error', reject);
    child.on('close', (code) => {
      const last = said.trim().split('\n').at(-1) ?? '';
      if (code === 0) resolve();
      else reject(new Error(`${program} failed. Its last words: ${last || '(none)'}`));
    });
    child.stdin.on('error', () => undefined); // it ended before it read everything
    child.stdin.end(input);
  });
}

/** PGPORT, PGDATA and the like belong to the person's own Postgres. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('PG'));
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}
