// The process of a store, and those that it starts itself: Postgres has one for each connection.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

export interface StoreProgram {
  command: string;
  args: readonly string[];
  env?: NodeJS.ProcessEnv;
  /** What it takes as a request to end in order; SIGTERM unless given. */
  stopSignal?: NodeJS.Signals;
}

const STOP_LIMIT_MS = 15_000;

const running = new Set<StoreProcess>();
process.on('exit', () => {
  for (const each of running) each.signal('SIGKILL');
});

export class StoreProcess {
  readonly #child: ChildProcess;
  readonly #stopSignal: NodeJS.Signals;
  readonly #exited: Promise<unknown>;
  #output = '';
  hasEnded = false;

  constructor(program: StoreProgram, user?: { uid: number; gid: number }) {
    const { command, args, env = process.env, stopSignal = 'SIGTERM' } = program;
    this.#stopSignal = stopSignal;
    this.#child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'], ...user });
    running.add(this);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk) => {
        this.#output = (this.#output + chunk).slice(-2000);
      });
    }
    this.#exited = once(this.#child, 'exit')
      .catch((error) => {
        this.#output += error.message; // there is no such program
      })
      .finally(() => {
        this.hasEnded = true;
        running.delete(this);
      });
  }

  /** The end of what it has written. */
  output(): string {
    return this.#output.trim();
  }

  /** To it and to all that it has started. */
  signal(signal: NodeJS.Signals): void {
    for (const pid of this.#family()) sendTo(pid, signal);
  }

  async kill(): Promise<void> {
    // Stopped first, it starts no more children; whose parent is gone cannot be found any more.
    if (process.platform !== 'win32') this.#child.kill('SIGSTOP');
    const family = this.#family();
    for (const pid of family) sendTo(pid, 'SIGKILL');
    if (!this.hasEnded) await this.#exited;
    while (family.some(isAlive)) await wait(5);
  }

  async stop(): Promise<void> {
    if (this.hasEnded) return;
    this.#child.kill(this.#stopSignal);
    await Promise.race([this.#exited, wait(STOP_LIMIT_MS, undefined, { ref: false })]);
    await this.kill();
  }

  #family(): number[] {
    const { pid } = this.#child;
    if (pid === undefined || this.hasEnded) return [];
    const children = processes().filter(({ parent }) => parent === pid);
    return [pid, ...children.map((child) => child.pid)];
  }
}

function sendTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // it has ended meanwhile
  }
}

function isAlive(pid: number): boolean {
  return processes().some((each) => each.pid === pid && each.state !== 'Z');
}

/** Linux is read from /proc, since slim images have no `ps`; Windows tells nothing. */
function processes(): { pid: number; parent: number; state: string }[] {
  if (process.platform === 'win32') return [];
  if (process.platform !== 'linux') {
    const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,state='], { encoding: 'utf8' });
    return stdout
      .trim()
      .split('\n')
      .map((line) => {
        const [pid = '', parent = '', state = ''] = line.trim().split(/\s+/);
        return { pid: Number(pid), parent: Number(parent), state: state.slice(0, 1) };
      });
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => {
      const stat = read(`/proc/${name}/stat`);
      // The name in parentheses may hold spaces: count from behind it.
      const [state = 'Z', parent = '0'] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return { pid: Number(name), parent: Number(parent), state: state || 'Z' };
    });
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // it has ended meanwhile
  }
}
