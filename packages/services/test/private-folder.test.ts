import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { removeFolder } from '../src/files.ts';
import { sweep } from '../src/private-folder.ts';
import { processEntry, startOf } from '../src/process-table.ts';
import { until } from '../src/wait.ts';
import { ask, ended, pidOf, privateRedis, program, setting } from './support.ts';

async function folderOf(url: string): Promise<string> {
  return dirname(await setting(url, 'dir'));
}

test('the server of a killed owner is ended by the next start, and its folder removed', async () => {
  const owner = await program('private');
  const url = owner.said['url'] ?? '';
  const [pid, folder] = [await pidOf(url), await folderOf(url)];

  owner.process.kill('SIGKILL');
  await ended(owner.process);
  await privateRedis();
  // Another test file may be the one that sweeps it, and be in the middle of it.
  await until('the orphan still runs', 10_000, () => startOf(pid) === undefined);
  await until('its folder is still there', 10_000, () => !existsSync(folder));
});

test('a frozen orphan is ended as well', async () => {
  const owner = await program('private');
  const pid = await pidOf(owner.said['url'] ?? '');
  process.kill(pid, 'SIGSTOP');
  owner.process.kill('SIGKILL');
  await ended(owner.process);
  await sweep('redis');
  await until('the orphan still runs', 10_000, () => startOf(pid) === undefined);
});

test('an owner that exits without closing takes server and folder along', async () => {
  const owner = await program('private');
  const url = owner.said['url'] ?? '';
  const [pid, folder] = [await pidOf(url), await folderOf(url)];
  owner.process.stdin?.end();
  await ended(owner.process);
  await until('the server still runs', 10_000, () => startOf(pid) === undefined);
  expect(existsSync(folder)).toBe(false);
});

test('the server of an owner that lives is left alone', async () => {
  const owner = await program('private');
  const url = owner.said['url'] ?? '';
  await sweep('redis');
  expect(await ask(url, 'PING')).toBe('PONG');
});

// The owner file names a process that got a used pid: either its start or its command line differs.
test.each([
  { what: 'the same start, another program', mark: 'redis-server 127.0.0.1:1', sameStart: true },
  { what: 'the same program, another start', mark: 'setInterval', sameStart: false },
  { what: 'no mark at all', mark: '', sameStart: true },
])('a process with $what is not ended', async ({ mark, sameStart }) => {
  const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  onTestFinished(() => void stranger.kill('SIGKILL'));
  const pid = stranger.pid ?? 0;
  const started = sameStart ? processEntry(pid)?.started : 'another';
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'session-lab-redis-'));
  onTestFinished(() => removeFolder(folder));
  mkdirSync(join(folder, 'data'));
  const server = { kind: 'process', pid, started, marks: [mark] };
  writeFileSync(
    join(folder, 'owner.json'),
    JSON.stringify({ owner: { pid, started: 'before the reboot' }, server }),
  );

  await sweep('redis');
  await until('its folder is still there', 10_000, () => !existsSync(folder));
  expect(startOf(pid)).toBeDefined();
  expect(stranger.signalCode).toBeNull();
});
