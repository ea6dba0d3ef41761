// Runs what the pages tell their readers to run, in a clean copy, and compares what is shown with what
// is printed.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fencesOf } from './fences.ts';
import { read, repositoryFiles, root } from './pages.ts';

/** A shell block of a page. */
export interface Step {
  page: string;
  line: number;
  /** Without comments. */
  script: string;
  /** What the block after it shows of the output. */
  shown?: string;
  /** Why a test cannot run it. */
  notRun?: string;
}

/** The commands of an attack are run by its own test, which knows what it has to say. */
export const isRun = (page: string) => !/^packages\/acceptance\/(attacks|museum)\//.test(page);

const LIMIT_MS = 300_000; // of what takes a minute on a machine that does nothing else
const STARTED = /Ctrl-C/;

/** The shell blocks of a page, in order. */
export function stepsOf(page: string): Step[] {
  const steps: Step[] = [];
  for (const { language, words, info, body, line, follows } of fencesOf(read(page))) {
    const last = steps.at(-1);
    if (language === 'text' && 'output' in words) {
      if (!last || !follows) throw new Error(`${page}:${line} is the output of nothing`);
      last.shown = body;
    }
    if (language !== 'sh') continue;
    const [, notRun] = /not run here: (.+)/.exec(info) ?? [];
    const step = { page, line, script: body.replace(/(^|[ \t]+)# .*$/gm, '').trim() };
    steps.push(notRun ? { ...step, notRun } : step);
  }
  return steps;
}

/**
 * Whether an output is as it is shown. `…` stands for any text in a line, and on a line of its own for
 * any lines; before the first and after the last line there may be anything.
 */
export function isShown(shown: string, output: string): boolean {
  const lines = tidy(shown).map((line) =>
    line.trim() === '…' ? '(?:.*\n)*?' : `${line.split('…').map(escaped).join('.*')}\n`,
  );
  return new RegExp(`(?:^|\n)${lines.join('')}`).test(`${tidy(output).join('\n')}\n`);
}

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

const tidy = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => line.trimEnd());

/** A copy of what git knows of this checkout, as a new reader has it after a clone. */
export class Copy {
  readonly #place = mkdtempSync(join(tmpdir(), 'session-lab-docs-'));
  readonly #folder = join(this.#place, 'session-lab');
  #server: { child: ChildProcess; ended: Promise<unknown> } | undefined;

  constructor() {
    chmodSync(this.#place, 0o755); // a Postgres that root starts runs as somebody else
    mkdirSync(join(this.#place, 'home'));
    for (const file of repositoryFiles()) {
      const copy = join(this.#folder, file);
      mkdirSync(dirname(copy), { recursive: true });
      cpSync(join(root, file), copy);
    }
  }

  /**
   * Runs a block. A server, which is its first line or all of it, runs on until the next one.
   *
   * @returns what was printed.
   */
  async run(script: string): Promise<string> {
    const [first = '', ...rest] = script.split('\n');
    if (!/^npm start\b/.test(first)) return this.#run(script, false);
    await this.stop();
    const said = await this.#run(first, true);
    return rest.length > 0 ? this.#run(rest.join('\n'), false) : said;
  }

  /** Until it ends; a server, until it says how to end it. */
  async #run(script: string, isServer: boolean): Promise<string> {
    const home = join(this.#place, 'home');
    // What npm has fetched for this checkout need not be fetched again.
    const { PATH, npm_config_cache } = process.env;
    const env = { PATH, HOME: home, USERPROFILE: home, TMPDIR: tmpdir(), npm_config_cache };
    const child = spawn(script, {
      cwd: this.#folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: true,
      detached: process.platform !== 'win32',
    });
    let output = '';
    const ended = once(child, 'close');
    const started = new Promise<'started'>((resolve) => {
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => {
          output += text;
          if (isServer && STARTED.test(output)) resolve('started');
        });
      }
    });
    const timer = setTimeout(() => signal(child, 'SIGKILL'), LIMIT_MS);
    const [code] = await Promise.race([ended, started.then(() => ['started'])]);
    clearTimeout(timer);
    if (code === 'started') this.#server = { child, ended };
    else if (code !== 0)
      throw new Error(`"${script}" ended with ${code ?? 'a signal'}:\n${output}`);
    return output.replace(/^\n?(> .*\n)+\n?/gm, ''); // what npm says before a script
  }

  /** Stops the server that runs, if one does. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    signal(server.child, 'SIGINT');
    await server.ended;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.#place, { recursive: true, force: true });
  }
}

/** As a terminal does: to the command and to all that it has started. */
function signal({ pid }: ChildProcess, name: NodeJS.Signals): void {
  try {
    process.kill(process.platform === 'win32' ? (pid ?? 0) : -(pid ?? 0), name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
