import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { firstConnection, withoutCredentials } from './first-connection.ts';

describe('the first connection', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });
  const quiet = () => vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const store = (ask: () => Promise<unknown>) => ({
    title: 'Redis at redis://127.0.0.1:1',
    setting: 'REDIS_URL',
    ask,
  });

  it('says nothing when the store answers', async () => {
    const said = quiet();
    await firstConnection(store(async () => 'PONG'));
    expect(said).not.toHaveBeenCalled();
  });

  it('waits for a store that comes later', async () => {
    const said = quiet();
    const answers = [() => Promise.reject(new Error('refused')), async () => 'PONG'];
    await firstConnection(store(() => (answers.shift() ?? (() => Promise.reject()))()));
    expect(said.mock.calls.flat()).toEqual(['Waiting for Redis at redis://127.0.0.1:1 (1 of 5) …']);
  });

  it('is given up after five attempts, in one sentence that names the last reason', async () => {
    const said = quiet();
    // Neither an error nor an answer: a server that is frozen.
    const never = { ...store(() => new Promise(() => undefined)), reason: () => 'refused' };
    await expect(firstConnection(never)).rejects.toMatchObject({
      exitCode: 69,
      message:
        'Redis at redis://127.0.0.1:1 cannot be reached (refused): ' +
        'start it, or set REDIS_URL to one that runs.',
    });
    expect(said).toHaveBeenCalledTimes(4);
  }, 30_000);

  it('is waited for when nothing else keeps the process alive', async () => {
    const script = `
      import { firstConnection } from '${new URL('first-connection.ts', import.meta.url).href}';
      const ask = () => new Promise(() => undefined);
      await firstConnection({ title: 'Redis', setting: 'REDIS_URL', ask }).catch(console.log);`;
    const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    expect(stdout).toMatch(/^UnavailableError: Redis cannot be reached \(no answer\)/);
  }, 30_000);

  it('shows where a store is, and not as whom', () => {
    expect(withoutCredentials('postgres://ada:hunter2@db.example:5432/shop')).toBe(
      'postgres://db.example:5432',
    );
  });
});
