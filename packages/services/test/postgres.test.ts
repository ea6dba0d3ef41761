import { chmodSync, cpSync, existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { PortTakenError, startPostgres } from '../src/index.ts';
import { findPostgresBinary } from '../src/postgres/binary.ts';
import { postgresServer } from '../src/postgres/launch.ts';
import { canReach, letThrough, serverUser } from '../src/postgres/user.ts';
import { startPrivate } from '../src/private.ts';
import { startOf } from '../src/process-table.ts';
import {
  alive,
  ask,
  connect,
  familyOf,
  keepBusy,
  privatePostgres,
  segmentOf,
  segments,
  value,
} from './postgres-support.ts';
import { knock, temporaryFolder } from './support.ts';

test('an open connection falls silent while Postgres is frozen, and answers after the thaw', async () => {
  const [postgres, control] = [await privatePostgres(), await privatePostgres()];
  const [frozen, lively] = [await connect(postgres.url), await connect(control.url)];
  await frozen.client.query('select 1');

  await postgres.freeze();
  let answered = false;
  const answer = frozen.client.query("select 'hello' as greeting").then(({ rows }) => {
    answered = true;
    return rows;
  });
  // Not a pause but a comparison: another Postgres on this machine answers 200 times meanwhile.
  for (let round = 0; round < 200; round += 1) await lively.client.query('select 1');
  expect(answered).toBe(false);
  expect(await knock(postgres.url)).toBe('connected');

  await postgres.thaw();
  expect(await answer).toEqual([{ greeting: 'hello' }]);
});

test('after kill the open connections are closed, new ones refused, and no child is left', async () => {
  const postgres = await privatePostgres();
  const { client, lost } = await connect(postgres.url);
  await client.query('select 1');
  const busy = await keepBusy(postgres.url);
  const family = await familyOf(postgres.url);
  expect(family).toContain(busy);
  expect(family.length).toBeGreaterThan(5);

  await postgres.kill();
  expect(alive(family)).toEqual([]);
  await lost;
  expect(await knock(postgres.url)).toBe('ECONNREFUSED');

  await postgres.restart();
  expect(await value(postgres.url, 'select 1')).toBe('1');
});

test('a postmaster that somebody else killed leaves no child to block the restart', async () => {
  const postgres = await privatePostgres();
  await ask(postgres.url, 'create table kept as select 1 as a');
  const busy = await keepBusy(postgres.url);
  const [postmaster = 0] = await familyOf(postgres.url);
  process.kill(postmaster, 'SIGKILL');

  await postgres.restart();
  expect(startOf(busy)).toBeUndefined();
  expect(await value(postgres.url, 'select a from kept')).toBe('1');
});

test('every row that was confirmed before kill is there after restart', async () => {
  const postgres = await privatePostgres({ durable: true });
  expect(await value(postgres.url, 'show fsync')).toBe('on');
  await ask(postgres.url, 'create table rows (n int primary key)');
  const { client } = await connect(postgres.url);
  let confirmed = 0;
  let enough: () => void = () => undefined;
  const written = new Promise<void>((resolve) => {
    enough = resolve;
  });
  const writing = (async () => {
    for (;;) {
      await client.query('insert into rows values ($1)', [confirmed + 1]);
      confirmed += 1;
      if (confirmed === 50) enough();
    }
  })();
  await written;
  await Promise.all([postgres.kill(), expect(writing).rejects.toThrow()]);

  await postgres.restart();
  const found = Number(await value(postgres.url, 'select count(*) from rows'));
  expect(found).toBeGreaterThanOrEqual(confirmed);
  expect(found).toBeLessThanOrEqual(confirmed + 1); // one may have lost only its confirmation
});

test('restart keeps port and data, from running, stopped, killed and frozen', async () => {
  const postgres = await privatePostgres();
  await ask(postgres.url, 'create table kept as select 1 as a');
  for (const state of ['run', 'stop', 'kill', 'freeze'] as const) {
    const before = await familyOf(postgres.url);
    await { run: async () => undefined, ...postgres }[state]();
    await postgres.restart();
    expect(alive(before)).toEqual([]);
    expect(await value(postgres.url, 'select a from kept')).toBe('1');
  }
});

test('stop does not wait for clients that stay', async () => {
  const postgres = await privatePostgres();
  const log = join(dirname(await value(postgres.url, 'show data_directory')), 'server.log');
  const { lost } = await connect(postgres.url);
  await postgres.stop();
  await lost;
  // One that waited would have been killed in the end, and have no time to say so.
  expect(readFileSync(log, 'utf8')).toContain('database system is shut down');
  expect(await knock(postgres.url)).toBe('ECONNREFUSED');
  await postgres.stop();
  await postgres.kill();
  await postgres.thaw();
  await expect(postgres.freeze()).rejects.toThrow('not running');
});

test.each(['run', 'stop', 'kill', 'freeze'] as const)(
  'close leaves no process, no folder and no shared memory after %s',
  async (state) => {
    const postgres = await startPostgres();
    const family = await familyOf(postgres.url);
    const data = await value(postgres.url, 'show data_directory');
    const segment = segmentOf(data);
    expect(segments()).toContain(segment);

    await { run: async () => undefined, ...postgres }[state]();
    await postgres.close();
    expect(alive(family)).toEqual([]);
    expect(existsSync(dirname(data))).toBe(false);
    expect(segments()).not.toContain(segment);
    await postgres.close();
    await expect(postgres.restart()).rejects.toThrow('was closed');
  },
);

test('the login is an owner that migrates and makes roles, and no superuser', async () => {
  const { url } = await privatePostgres();
  const password = new URL(url).password;
  expect(password.length).toBeGreaterThanOrEqual(20);
  await ask(url, "create role app login password 'app'");
  await ask(url, 'create schema lab; create table lab.sessions (id text); create table t (a int)');
  await ask(url, 'grant usage on schema lab to app; grant select on lab.sessions to app');
  const app = url.replace(`owner:${password}`, 'app:app');
  expect(await ask(app, 'select * from lab.sessions')).toEqual([]);
  await expect(ask(app, 'drop table lab.sessions')).rejects.toThrow('must be owner');
  await expect(ask(app, 'create table public.mine (a int)')).rejects.toThrow('permission denied');

  expect(await value(url, 'show is_superuser')).toBe('off');
  await expect(ask(url, 'create role root superuser')).rejects.toThrow('permission denied');
  await expect(ask(url, "copy t from program 'id'")).rejects.toThrow('permission denied');
  for (const login of ['postgres', `postgres:${password}`, 'owner:wrong', 'owner']) {
    const refused = url.replace(`owner:${password}`, login);
    await expect(ask(refused, 'select 1')).rejects.toThrow(/password/);
  }
});

test('the server is as the examples need it', async () => {
  const { url } = await privatePostgres({ settings: { work_mem: '5MB' } });
  const shown = async (name: string) => value(url, `show ${name}`);
  expect(await shown('server_version')).toMatch(/^18\./);
  expect(await shown('server_encoding')).toBe('UTF8');
  const locale =
    'select datcollate || datctype from pg_database where datname = current_database()';
  expect(await value(url, locale)).toBe('CC');
  expect(await shown('fsync')).toBe('off');
  expect(await shown('listen_addresses')).toBe('127.0.0.1');
  expect(await shown('unix_socket_directories')).toBe('');
  expect(await shown('work_mem')).toBe('5MB');
  await ask(url, 'select relname from pg_class limit 1');
  const calls = "select calls from pg_stat_statements where query like '%relname%'";
  expect(await value(url, calls)).toBe('1');
  await ask(url, 'select pg_stat_statements_reset()');
});

test('restart takes other settings, and with `empty` forgets everything but the login', async () => {
  const postgres = await privatePostgres({ settings: { work_mem: '5MB' } });
  await ask(postgres.url, 'create table kept (a int)');
  await postgres.restart({ settings: { max_connections: '7' } });
  expect(await value(postgres.url, 'show max_connections')).toBe('7');
  expect(await value(postgres.url, 'show work_mem')).not.toBe('5MB');
  expect(await ask(postgres.url, 'select * from kept')).toEqual([]);

  await postgres.restart({ empty: true });
  expect(await value(postgres.url, 'show max_connections')).toBe('7');
  await expect(ask(postgres.url, 'select * from kept')).rejects.toThrow('does not exist');
});

test('why Postgres does not start is quoted from its log', async () => {
  const refused = startPostgres({ settings: { work_mem: 'plenty' } });
  await expect(refused).rejects.toThrow(/FATAL: {2}invalid value for parameter "work_mem"/);
});

test('a close that comes during a restart wins', async () => {
  const postgres = await startPostgres();
  await Promise.all([postgres.restart(), postgres.close()]);
  expect(await knock(postgres.url)).toBe('ECONNREFUSED');
});

test('a port that another program holds is named, not shared', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const address = other.address();
  const port = typeof address === 'object' && address ? address.port : 0;

  const error: unknown = await startPostgres({ port }).catch((reason: unknown) => reason);
  other.close();
  expect(error).toBeInstanceOf(PortTakenError);
  expect(String(error)).toContain(String(port));
});

test('a checkout that the user of the server cannot enter works as well', async () => {
  const found = await findPostgresBinary(process.env);
  if (!found) throw new Error('The npm package is not installed.');
  const home = temporaryFolder();
  chmodSync(home, 0o700);
  const native = join(home, 'native');
  cpSync(found.native, native, { recursive: true, verbatimSymlinks: true });
  const user = await serverUser();
  expect(canReach(native, user)).toBe(user === undefined);

  const postgres = await startPrivate(
    'postgres',
    (place) => {
      letThrough(place.path, user);
      const program = { ...found, native };
      const login = { user, password: 'a', durable: false, settings: {} };
      return postgresServer({ program, place, ...login });
    },
    undefined,
  );
  onTestFinished(() => postgres.close());
  expect(await value(postgres.url, 'select count(*) from pg_stat_statements')).toMatch(/^\d+$/);
});
