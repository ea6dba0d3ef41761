import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { root } from '../src/folders.ts';

vi.setConfig({ testTimeout: 180_000 });

/** Runs a story to its end. */
async function tell(story: string, ...args: string[]) {
  const script = join(root, 'packages/lab/src/stories', `${story}.ts`);
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], { cwd: root });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    output += text;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  // Closed only when no process holds its output any more: nothing is left running.
  return { code, output };
}

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

it('has help, and one sentence for an option that it does not know', async () => {
  expect(await tell('restart', '--help')).toMatchObject({ code: 0 });
  const { code, output } = await tell('outage', '--fast');
  expect(code).toBe(78);
  expect(output).toMatch(/^Unknown option '--fast'.*\n$/);
});
