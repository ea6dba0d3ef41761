import { randomUUID } from 'node:crypto';
import { closeSync, openSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { readJson } from './files.ts';
import { isAlive, thisProcess } from './identity.ts';
import { until } from './wait.ts';

/** Longer than the slowest thing that is done under a lock: to stop a server and start it again. */
const limitMs = 90_000;
/** Somebody who created the file but wrote nothing into it for so long was killed in between. */
const unwrittenForMs = 10_000;

/**
 * Runs `action` while no other process, and nobody else in this one, holds the same lock file.
 * The lock of a process that was killed is taken over.
 * @throws Error when the lock was not released within 90 s
 */
export async function withLock<T>(file: string, action: () => Promise<T>): Promise<T> {
  const failure = `The lock is still held; if no other Session Lab is running, delete ${file}`;
  await until(failure, limitMs, () => tryLock(file));
  try {
    return await action();
  } finally {
    unlock(file);
  }
}

export function tryLock(file: string): boolean {
  if (!createExclusively(file, { ...thisProcess(), nonce: randomUUID() })) {
    breakStale(file);
    return false;
  }
  return true;
}

export function unlock(file: string): void {
  rmSync(file, { force: true });
}

/**
 * Two processes may find the same dead lock. If each simply deleted what is there, the slower one
 * would delete the new lock of the faster one. So whoever wants to delete a lock first wins a
 * second file named after it, then looks again: nobody else can replace that very lock meanwhile.
 */
function breakStale(file: string): void {
  const nonce = staleNonce(file);
  if (!nonce) return;
  const breaker = `${file}.${nonce}`;
  if (!createExclusively(breaker, thisProcess())) return;
  if (staleNonce(file) === nonce) unlock(file);
  unlock(breaker);
}

function staleNonce(file: string): string | undefined {
  const holder = readJson(file);
  if (holder) return isAlive(holder) ? undefined : String(holder['nonce']);
  const stats = statSync(file, { throwIfNoEntry: false });
  if (!stats || Date.now() - stats.mtimeMs < unwrittenForMs) return undefined;
  return `unwritten-${stats.ino}-${Math.trunc(stats.mtimeMs)}`;
}

function createExclusively(file: string, content: object): boolean {
  try {
    const handle = openSync(file, 'wx', 0o600);
    writeFileSync(handle, JSON.stringify(content));
    closeSync(handle);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}
