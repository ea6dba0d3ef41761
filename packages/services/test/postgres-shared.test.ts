import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findOrStartPostgres } from '../src/index.ts';
import { serverUser } from '../src/postgres/user.ts';
import { processEntry, startOf } from '../src/process-table.ts';
import { until } from '../src/wait.ts';
import { alive, ask, connect, familyOf, freezeAll, value } from './postgres-support.ts';
import { ended, knock, program, temporaryFolder } from './support.ts';

const { DATABASE_URL: _, ...env } = process.env;

async function shared(folder: string, announce = (line: string) => expect(line).toBe('')) {
  const postgres = await findOrStartPostgres({ folder, env, announce });
  onTestFinished(() => postgres.close());
  return postgres;
}

test('sessions outlive Ctrl-C and the next npm start, with the same login', async () => {
  const folder = temporaryFolder();
  const first = await shared(folder);
  expect(await value(first.url, 'show fsync')).toBe('on');
  await ask(first.url, "create table sessions as select 'ada' as who");
  await first.close();
  expect(await knock(first.url)).toBe('ECONNREFUSED');

  const second = await shared(folder);
  expect(new URL(second.url).password).toBe(new URL(first.url).password);
  expect(await value(second.url, 'select who from sessions')).toBe('ada');
});

test('the password is in one file, which only its user reads', async () => {
  const folder = temporaryFolder();
  const { url } = await shared(folder);
  const { password } = new URL(url);
  const path = join(folder, 'postgres');
  const holders = readdirSync(path).filter(
    (name) =>
      statSync(join(path, name)).isFile() && readFileSync(join(path, name)).includes(password),
  );
  expect(holders).toEqual(['password.json']);
  expect(statSync(join(path, 'password.json')).mode & 0o077).toBe(0);
});

test('a second terminal shares the server, and the last one out stops it', async () => {
  const folder = temporaryFolder();
  const here = await shared(folder);
  const there = await program('shared-postgres', folder);
  expect(there.said['url']).toBe(here.url);
  const family = await familyOf(here.url);

  await here.close();
  await here.kill();
  expect(await value(here.url, 'select 1')).toBe('1');
  there.process.stdin?.end();
  await ended(there.process);
  expect(await knock(here.url)).toBe('ECONNREFUSED');
  expect(alive(family)).toEqual([]);
  expect(readdirSync(join(folder, 'postgres', 'leases'))).toEqual([]);
});

test('terminals that start at the same moment end with one server', async () => {
  const folder = temporaryFolder();
  const others = [program('shared-postgres', folder), program('shared-postgres', folder)];
  const here = await Promise.all([1, 2].map(() => shared(folder)));
  const there = await Promise.all(others);
  const urls = [...here.map(({ url }) => url), ...there.map(({ said }) => said['url'])];
  expect(new Set(urls).size).toBe(1);
  for (const { process } of there) {
    process.stdin?.end();
    await ended(process);
  }
});

test('a killed terminal holds no lease: its server goes with the next last one out', async () => {
  const folder = temporaryFolder();
  const there = await program('shared-postgres', folder);
  const family = await familyOf(there.said['url'] ?? '');
  there.process.kill('SIGKILL');
  await ended(there.process);
  expect(startOf(family[0] ?? 0)).toBeDefined();

  const here = await shared(folder);
  expect((await familyOf(here.url))[0]).toBe(family[0]);
  await here.close();
  expect(alive(family)).toEqual([]);
});

test('a terminal that exits without closing lets the server stop', async () => {
  const there = await program('shared-postgres', temporaryFolder(), 'exit');
  const [postmaster = 0] = await familyOf(there.said['url'] ?? '');
  there.process.stdin?.end();
  await ended(there.process);
  await until('the server still runs', 20_000, () => startOf(postmaster) === undefined);
});

test('a server that a killed terminal left frozen is replaced, with its data', async () => {
  const folder = temporaryFolder();
  const there = await program('shared-postgres', folder);
  const url = there.said['url'] ?? '';
  await ask(url, "create table sessions as select 'ada' as who");
  const family = await familyOf(url);
  freezeAll(family);
  there.process.kill('SIGKILL');
  await ended(there.process);

  const here = await shared(folder);
  expect(alive(family)).toEqual([]);
  expect(await value(here.url, 'select who from sessions')).toBe('ada');
});

test('a terminal that comes while the server is killed brings it back on the same port', async () => {
  const folder = temporaryFolder();
  const here = await shared(folder);
  await here.kill();
  const alsoHere = await shared(folder);
  expect(alsoHere.url).toBe(here.url);
  await here.restart();
  expect(await value(alsoHere.url, 'select 1')).toBe('1');
});

test('a server whose last connection is taken is not held for a frozen one', async () => {
  const folder = temporaryFolder();
  const here = await shared(folder);
  await here.restart({ settings: { max_connections: '4' } });
  await connect(here.url); // the other three are kept for superusers
  await expect(ask(here.url, 'select 1')).rejects.toThrow('remaining connection slots');
  expect((await shared(folder)).url).toBe(here.url);
});

test('a lock file of Postgres from before a power cut names a stranger, and is passed over', async () => {
  const folder = temporaryFolder();
  const first = await shared(folder);
  await ask(first.url, "create table sessions as select 'ada' as who");
  const data = await value(first.url, 'show data_directory');
  const lock = readFileSync(join(data, 'postmaster.pid'), 'utf8');
  await first.close();
  // Postgres asks only about processes that its own user may send signals to.
  const stranger = spawn('sleep', ['600'], { ...(await serverUser()) });
  onTestFinished(() => void stranger.kill('SIGKILL'));
  writeFileSync(join(data, 'postmaster.pid'), lock.replace(/^\d+/, String(stranger.pid)));

  const second = await shared(folder);
  expect(await value(second.url, 'select who from sessions')).toBe('ada');
});

test('a lock file that names a server which was killed and is still in the table is passed over', async () => {
  if (process.platform !== 'linux') return; // how to keep a zombie is known for Linux only
  const folder = temporaryFolder();
  const first = await shared(folder);
  const data = await value(first.url, 'show data_directory');
  const lock = readFileSync(join(data, 'postmaster.pid'), 'utf8');
  await first.close();
  // `exec` leaves a parent that never asks about its child, which ends after it.
  const keeper = spawn('sh', ['-c', 'sleep 1 & echo $!; exec sleep 600'], {
    ...(await serverUser()),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => void keeper.kill('SIGKILL'));
  const [said] = (await once(keeper.stdout, 'data')) as [Buffer];
  const zombie = Number(String(said));
  await expect.poll(() => processEntry(zombie)?.state, { timeout: 10_000 }).toBe('Z');
  writeFileSync(join(data, 'postmaster.pid'), lock.replace(/^\d+/, String(zombie)));

  const second = await shared(folder);
  expect(await value(second.url, 'select 1 as one')).toBe('1');
});

test('a lab below a home that the server cannot enter says where it keeps its data', async () => {
  const home = temporaryFolder();
  chmodSync(home, 0o700);
  const [folder, isRoot] = [join(home, 'lab'), process.getuid?.() === 0];
  const said: string[] = [];
  const announce = (line: string) => void said.push(line);
  const first = await shared(folder, announce);
  const data = await value(first.url, 'show data_directory');
  onTestFinished(() => {
    if (isRoot) rmSync(dirname(data), { recursive: true });
  });
  onTestFinished(() => first.close()); // registered later, so run earlier
  expect(data.startsWith(home)).toBe(!isRoot);
  expect(said).toEqual(isRoot ? [expect.stringContaining(dirname(data))] : []);
  expect(statSync(home).mode & 0o777).toBe(0o700);
  await ask(first.url, "create table sessions as select 'ada' as who");
  await first.close();
  expect(existsSync(data)).toBe(true);

  const second = await shared(folder, announce);
  expect(await value(second.url, 'select who from sessions')).toBe('ada');
  await second.close();
});
