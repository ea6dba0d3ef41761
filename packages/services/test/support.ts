import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createClient } from 'redis';
import { expect, onTestFinished, vi } from 'vitest';
import { removeFolder } from '../src/files.ts';
import type { RedisRestartOptions, ServiceHandle } from '../src/index.ts';
import { startRedis, UnavailableError } from '../src/index.ts';

// Real processes on a busy machine: what must be fast is never asserted, so nothing is lost by patience.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** A client that does not hide an outage by connecting again. */
export async function connect(url: string) {
  const client = createClient({ url, socket: { reconnectStrategy: false } });
  const lost = new Promise<void>((resolve) => client.once('error', () => resolve()));
  await client.connect();
  onTestFinished(() => client.destroy());
  return { client, lost };
}

/** One command on a connection of its own. */
export async function ask(url: string, ...command: string[]): Promise<string> {
  const client = createClient({ url, socket: { reconnectStrategy: false } });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return String(await client.sendCommand(command));
  } finally {
    client.destroy();
  }
}

/** A setting as the server itself has it. */
export async function setting(url: string, name: string): Promise<string> {
  const client = createClient({ url, socket: { reconnectStrategy: false } });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const found = (await client.configGet(name))[name];
    if (found === undefined) throw new Error(`Redis has no setting ${name}.`);
    return found;
  } finally {
    client.destroy();
  }
}

export async function pidOf(url: string): Promise<number> {
  return Number(/process_id:(\d+)/.exec(await ask(url, 'INFO', 'server'))?.[1]);
}

export async function privateRedis(
  options?: Parameters<typeof startRedis>[0],
): Promise<ServiceHandle<RedisRestartOptions>> {
  const redis = await startRedis(options);
  onTestFinished(() => redis.close());
  return redis;
}

/** With a space and a letter beyond ASCII, as home folders have them. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'services test ü '));
  onTestFinished(() => removeFolder(folder));
  return folder;
}

/** `connected`, or the error code */
export function knock(url: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = createConnection({ host: hostname, port: Number(port) });
  return new Promise((resolve) => {
    socket.once('connect', () => resolve('connected'));
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  }).finally(() => socket.destroy()) as Promise<string>;
}

/** Another process; resolves with it and the JSON line that it prints when it is ready. */
export async function program(
  name: string,
  ...args: string[]
): Promise<{ process: ChildProcess; said: Record<string, string> }> {
  const file = fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url));
  const { REDIS_URL: _, DATABASE_URL: __, ...env } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', file, ...args], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const [line] = await once(createInterface(child.stdout), 'line');
  return { process: child, said: JSON.parse(line) };
}

export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

/** Must never be printed. */
export const password = 'correct-horse';

/** The message of the refusal: one sentence that does not hold the password. */
export async function unavailable(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  if (!(error instanceof UnavailableError)) throw new Error(`not refused: ${String(error)}`);
  expect(error.exitCode).toBe(69);
  expect(error.message).not.toContain(password);
  // One sentence: one line, and the only full stop that ends something is the last character.
  expect(error.message).toMatch(/^[A-Z`].*\.$/);
  expect(error.message).not.toMatch(/\n|[.!?] [A-Z]/);
  return error.message;
}
