import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withLock } from '../src/lock.ts';
import { temporaryFolder } from './support.ts';

/** Ten who want the same lock at once; hands back how many were inside together, at most. */
async function crowd(file: string): Promise<number> {
  let inside = 0;
  let most = 0;
  const visit = () =>
    withLock(file, async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
    });
  await Promise.all(Array.from({ length: 10 }, visit));
  return most;
}

test('one at a time is inside, and nothing stays behind', async () => {
  const folder = temporaryFolder();
  expect(await crowd(join(folder, 'lock'))).toBe(1);
  expect(readdirSync(folder)).toEqual([]);
});

test('the lock of a process that is gone is taken over by one', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'lock');
  writeFileSync(file, JSON.stringify({ pid: process.pid, started: 'before', nonce: 'dead' }));
  expect(await crowd(file)).toBe(1);
  expect(readdirSync(folder)).toEqual([]);
});

test('a lock that was created and never written is taken over once it is old', async () => {
  const file = join(temporaryFolder(), 'lock');
  writeFileSync(file, '');
  const longAgo = new Date(Date.now() - 60_000);
  utimesSync(file, longAgo, longAgo);
  expect(await crowd(file)).toBe(1);
});

test('an action that fails gives the lock back', async () => {
  const file = join(temporaryFolder(), 'lock');
  await expect(withLock(file, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(existsSync(file)).toBe(false);
});
