import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findOrStartRedis, type ServiceHandle } from '../src/index.ts';
import { startOf } from '../src/process-table.ts';
import { until } from '../src/wait.ts';
import { ask, ended, knock, pidOf, program, temporaryFolder } from './support.ts';

const { REDIS_URL: _, ...env } = process.env;

async function shared(folder: string): Promise<ServiceHandle> {
  const redis = await findOrStartRedis({ folder, env });
  onTestFinished(() => redis.close());
  return redis;
}

test('sessions outlive Ctrl-C and the next npm start', async () => {
  const folder = temporaryFolder();
  const first = await shared(folder);
  await ask(first.url, 'SET', 'session', 'ada');
  await first.close();
  expect(await knock(first.url)).toBe('ECONNREFUSED');

  const second = await shared(folder);
  expect(await ask(second.url, 'GET', 'session')).toBe('ada');
});

test('a second terminal shares the server, and the last one out stops it', async () => {
  const folder = temporaryFolder();
  const here = await shared(folder);
  const there = await program('shared', folder);
  const alsoHere = await shared(folder);
  expect(there.said['url']).toBe(here.url);
  expect(alsoHere.url).toBe(here.url);

  await here.close();
  await here.close();
  await here.kill();
  await expect(here.freeze()).rejects.toThrow('not running');
  expect(await ask(alsoHere.url, 'PING')).toBe('PONG');
  await alsoHere.close();
  expect(await ask(here.url, 'PING')).toBe('PONG');

  there.process.stdin?.end();
  await ended(there.process);
  expect(await knock(here.url)).toBe('ECONNREFUSED');
  expect(readdirSync(join(folder, 'redis', 'leases'))).toEqual([]);
});

test('terminals that start at the same moment end with one server', async () => {
  const folder = temporaryFolder();
  const others = [program('shared', folder), program('shared', folder), program('shared', folder)];
  const here = await Promise.all([1, 2, 3, 4].map(() => shared(folder)));
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
  const there = await program('shared', folder);
  const pid = await pidOf(there.said['url'] ?? '');
  there.process.kill('SIGKILL');
  await ended(there.process);
  expect(startOf(pid)).toBeDefined();

  const here = await shared(folder);
  expect(await pidOf(here.url)).toBe(pid);
  await here.close();
  expect(startOf(pid)).toBeUndefined();
});

test('a terminal that exits without closing lets the server stop', async () => {
  const folder = temporaryFolder();
  const there = await program('shared', folder, 'exit');
  const pid = await pidOf(there.said['url'] ?? '');
  there.process.stdin?.end();
  await ended(there.process);
  await until('the server still runs', 20_000, () => startOf(pid) === undefined);
});

test('a state file from before a reboot is recognised', async () => {
  const folder = temporaryFolder();
  const first = await shared(folder);
  await ask(first.url, 'SET', 'session', 'ada');
  await first.close();
  const stranger = { kind: 'process', pid: process.pid, started: 'before', marks: ['redis'] };
  writeFileSync(
    join(folder, 'redis', 'state.json'),
    JSON.stringify({ port: Number(new URL(first.url).port), server: stranger }),
  );

  const second = await shared(folder);
  expect(await ask(second.url, 'GET', 'session')).toBe('ada');
});

test('a server that a killed terminal left frozen is replaced, with its data', async () => {
  const folder = temporaryFolder();
  const there = await program('shared', folder);
  const url = there.said['url'] ?? '';
  await ask(url, 'SET', 'session', 'ada');
  const pid = await pidOf(url);
  process.kill(pid, 'SIGSTOP');
  there.process.kill('SIGKILL');
  await ended(there.process);

  const here = await shared(folder);
  expect(await pidOf(here.url)).not.toBe(pid);
  expect(await ask(here.url, 'GET', 'session')).toBe('ada');
  expect(startOf(pid)).toBeUndefined();
});

test('a terminal that comes while the server is killed brings it back on the same port', async () => {
  const folder = temporaryFolder();
  const here = await shared(folder);
  await ask(here.url, 'SET', 'session', 'ada');
  await here.kill();
  const alsoHere = await shared(folder);
  expect(alsoHere.url).toBe(here.url);

  await here.restart();
  expect(await ask(alsoHere.url, 'PING')).toBe('PONG');
});

test('close of a frozen shared server does not hang', async () => {
  const redis = await shared(temporaryFolder());
  const pid = await pidOf(redis.url);
  await redis.freeze();
  await redis.close();
  expect(startOf(pid)).toBeUndefined();
});

test('the lock of a killed terminal is taken over by one of many', async () => {
  const folder = temporaryFolder();
  await (await shared(folder)).close();
  const lock = join(folder, 'redis', 'lock');
  writeFileSync(lock, JSON.stringify({ pid: process.pid, started: 'before', nonce: 'dead' }));

  const all = await Promise.all([shared(folder), shared(folder), shared(folder)]);
  expect(new Set(all.map(({ url }) => url)).size).toBe(1);
  expect(existsSync(lock)).toBe(false);
});
