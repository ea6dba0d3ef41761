import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureRedisBinary } from '@session-lab/services';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { root } from '../src/folders.ts';
import { isRunning, temporaryFolder, untilGone } from '../test/support.ts';

vi.setConfig({ testTimeout: 180_000 });

/** Starts a story. */
function begin(story: string, args: string[] = [], env: NodeJS.ProcessEnv = {}) {
  const script = join(root, 'packages/lab/src/stories', `${story}.ts`);
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], {
    cwd: root,
    env: { ...process.env, ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  // Closed only when no process holds its output any more.
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, output }));
  return { child, ended, output: () => output };
}

/** Runs a story to its end. */
const tell = (story: string, ...args: string[]) => begin(story, args).ended;

/** What was seen on an example, scene by scene. */
function seen(output: string, example: string): string[] {
  return output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith(`${example} `))
    .map((line) => line.slice(example.length).trim());
}

it('lab:restart: who is still logged in after each restart', async () => {
  const { code, output } = await tell('restart');
  expect(code, output).toBe(0);
  const isIn = (example: string) => seen(output, example).map((line) => /Ada is served/.test(line));
  expect(isIn('memory')).toEqual([true, false, true, true, true]);
  expect(isIn('redis')).toEqual([true, true, false, true, true]);
  expect(isIn('koa')).toEqual([true, true, false, true, true]);
  expect(isIn('postgres')).toEqual([true, true, true, true, true]);
  expect(isIn('hybrid')).toEqual([true, true, true, true, true]);
  expect(output).not.toContain('\x1b'); // plain in a file
});

it('lab:outage: what users see while a store is away', async () => {
  const { code, output } = await tell('outage');
  expect(code, output).toBe(0);
  const isServed = (example: string) =>
    seen(output, example).map((line) => /^Ada is served/.test(line));
  expect(isServed('redis')).toEqual([true, false, true, false, true]);
  expect(isServed('koa')).toEqual([true, false, true, false, true]);
  expect(isServed('postgres')).toEqual([true, false, true]);
  expect(isServed('hybrid').every(Boolean)).toBe(true);
  expect(seen(output, 'hybrid').some((line) => /who logs in has to try again/.test(line))).toBe(
    true,
  );
});

it('lab:failover: who goes on after it, and whose logout is undone', async () => {
  const { code, output } = await tell('failover');
  expect(code, output).toBe(0);
  const [, onSentinels = '', onStandby = '', onSynchronousStandby = ''] =
    output.split(/REDIS|POSTGRES/);
  const [both, done] = ['phone: Ada is served; laptop: Ada is served', 'logout is done'];
  const tryAgain = 'has to try again (503)';
  const nobody = `phone: Ada ${tryAgain}; who logs in ${tryAgain}`;
  const again = /^phone: Ada is served; who logs in is served, \d+\.\d s after the kill$/;
  const served = expect.stringMatching(again);
  const undone = 'the thief is served: the logout is undone';
  const holds = 'the thief is asked to log in (401)';

  const behind = [both, done, nobody, served, undone];
  expect(seen(onSentinels, 'redis')).toEqual(behind);
  expect(seen(onSentinels, 'koa')).toEqual(behind);
  const allTheTime = 'phone: Ada is served; who logs in is served';
  expect(seen(onSentinels, 'hybrid')).toEqual([both, done, allTheTime, served, holds]);

  expect(seen(onStandby, 'postgres')).toEqual(behind);
  const noLogin = `phone: Ada is served; who logs in ${tryAgain}`;
  expect(seen(onStandby, 'hybrid')).toEqual([both, done, noLogin, served, undone]);

  const refused = `logout ${tryAgain}`;
  const waits = [both, refused, nobody, served, done, holds];
  expect(seen(onSynchronousStandby, 'postgres')).toEqual(waits);
  const copy = [both, refused, noLogin, served, done, holds];
  expect(seen(onSynchronousStandby, 'hybrid')).toEqual(copy);
});

describe('a story that ends in the middle leaves no process and no file', () => {
  /** A folder for its stores, that Postgres may enter where it runs as nobody. */
  function temporary(): string {
    const folder = temporaryFolder();
    chmodSync(folder, 0o711);
    return folder;
  }

  /** @returns the processes that it has started when it has said that. */
  async function until(text: RegExp, story: ReturnType<typeof begin>): Promise<number[]> {
    onTestFinished(() => void story.child.kill('SIGTERM'));
    const says = () => story.child.exitCode !== null || text.test(story.output());
    await expect.poll(says, { timeout: 120_000 }).toBe(true);
    expect(story.output()).toMatch(text);
    return descendantsOf(story.child.pid ?? Number.NaN);
  }

  it.each(['SIGINT', 'SIGTERM'] as const)('%s', async (signal) => {
    const TMPDIR = temporary();
    const story = begin('failover', [], { TMPDIR });
    const started = await until(/kill -9/, story);
    expect(started.length).toBeGreaterThan(9); // 3 apps, 5 Redis, 1 Postgres and its children
    story.child.kill(signal);
    expect((await story.ended).code).toBe(130);
    await Promise.all(started.map(untilGone));
    expect(readdirSync(TMPDIR).filter(isOfAStore)).toEqual([]);
  });

  it('an error', async () => {
    const found = await ensureRedisBinary();
    if (found.provider !== 'binary') throw new Error('redis-server is needed');
    const [TMPDIR, bin] = [temporary(), temporaryFolder()];
    const [program, broken] = [join(bin, 'redis-server'), join(bin, 'broken')];
    writeFileSync(
      program,
      `#!/bin/sh\n[ -e '${broken}' ] && exit 1\nexec '${found.command}' "$@"\n`,
    );
    chmodSync(program, 0o755);
    const PATH = `${bin}:${process.env['PATH']}`;
    const story = begin('failover', [], { TMPDIR, PATH });
    const started = await until(/kill -9/, story);
    writeFileSync(broken, ''); // the next act needs another Redis
    const { code, output } = await story.ended;
    expect(code, output).not.toBe(0);
    expect(output).toMatch(/POSTGRES/);
    expect(output.match(/kill -9/g)).toHaveLength(1);
    expect(started.filter(isRunning)).toEqual([]);
    expect(readdirSync(TMPDIR).filter(isOfAStore)).toEqual([]);
  });
});

const isOfAStore = (name: string) => name.startsWith('session-lab-');

/** The processes that a process has started, and those that these have. Linux and macOS. */
function descendantsOf(pid: number): number[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const rows = stdout.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    rows.flatMap(([child = 0, its]) => (its === parent ? [child, ...below(child)] : []));
  return below(pid);
}

it('lab:migrate: sessions move there and back, and nobody notices', async () => {
  const { code, output } = await tell('migrate');
  expect(code, output).toBe(0);
  const steps = output.split(/Step \d+: /).slice(1);
  expect(steps).toHaveLength(10);
  for (const step of steps) {
    expect(seen(step, 'Ada')[0]).toMatch(/^is served; .* is asked to log in \(401\)$/);
    expect(seen(step, 'others')[0]).toMatch(
      / 0 failed; \d+ logins, 0 lost; \d+ logouts, 0 undone$/,
    );
  }
  const where = steps.map((step) => seen(step, 'sessions')[0]);
  expect(where[0]).toMatch(/^[1-9]\d* in Postgres, 0 in Redis$/);
  expect(where[1]).toMatch(/, copies of \d+ of them$/);
  expect(where[4]).toMatch(/^0 in Postgres, [1-9]\d* in Redis$/);
  expect(where[9]).toMatch(/^[1-9]\d* in Postgres, 0 in Redis$/);
  expect(seen(output, 'asleep')).toEqual([expect.stringMatching(/^30 of Ada's 30 /)]);
});

it('has help, and one sentence for an option that it does not know', async () => {
  expect(await tell('restart', '--help')).toMatchObject({ code: 0 });
  const { code, output } = await tell('outage', '--fast');
  expect(code).toBe(78);
  expect(output).toMatch(/^Unknown option '--fast'.*\n$/);
});
