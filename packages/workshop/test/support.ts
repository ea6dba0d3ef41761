import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Limits } from '../src/course.ts';
import { main } from '../src/main.ts';
import { miniCourse, removeMiniCourse, writeMiniCourse } from './mini-course.ts';

/** The folder of a course that goes with its test. */
export function temporaryCourse(): string {
  const folder = writeMiniCourse();
  onTestFinished(() => removeMiniCourse(folder));
  return folder;
}

/** Runs the program without a terminal. */
export async function run(folder: string, ...args: string[]) {
  const output = new PassThrough();
  const shown = reader(output);
  const course = miniCourse(folder);
  const code = await main(args, { course, env: {}, input: new PassThrough(), output });
  return { code, text: shown() };
}

/** Runs it at a terminal of 80 columns. */
export function sit(folder: string, ...args: string[]) {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  const shown = reader(output);
  const ended = main(args, { course: miniCourse(folder), env: {}, input, output });
  onTestFinished(async () => {
    input.write('q');
    await ended.catch(() => undefined);
  });
  return { shown, ended, press: (keys: string) => void input.write(keys) };
}

/** Runs it in a process of its own. What is shown is read from the pipe. */
export function runChild(folder: string, args: string[], limits: Partial<Limits> = {}) {
  const script = fileURLToPath(new URL('./mini-program.ts', import.meta.url));
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', script, folder, JSON.stringify(limits), ...args],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const ended = once(child, 'close').then(([code]) => code as number | null);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { child, ended, shown: readerOf(child) };
}

/** Whether a process still runs. */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function readerOf({ stdout, stderr }: ChildProcess) {
  const all = new PassThrough();
  stdout?.pipe(all);
  stderr?.pipe(all);
  return reader(all);
}

function reader(stream: PassThrough) {
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return () => text;
}
