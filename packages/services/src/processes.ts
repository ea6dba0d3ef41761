// Servers as processes of this machine: start, stop, kill, freeze, thaw.
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { Control } from './control.ts';
import { commandLine, descendants, pidsByTitle, processEntry, startOf } from './process-table.ts';
import { until } from './wait.ts';

const isWindows = process.platform === 'win32';
const stopLimitMs = 10_000;
const killLimitMs = 10_000;
const quitLimitMs = 3_000;

/** Enough to find a server again from another process, and to know that it is still the same one. */
export interface ProcessRecord {
  readonly kind: 'process';
  readonly pid: number;
  readonly started: string;
  /** the command line holds one of these: a second proof, beside `started`, that it is ours */
  readonly marks: readonly string[];
  readonly manners?: Manners;
}

/** For a server to which SIGTERM and SIGKILL do not mean "end now" and "end at once". */
export interface Manners {
  /** asks it to end: Postgres takes SIGTERM for "when the last client has left" */
  readonly stop: NodeJS.Signals;
  /** ends it at once, but lets it give back shared memory, which SIGKILL leaves to the system */
  readonly quit: NodeJS.Signals;
  /** how the command line of each child begins, also of one that has lost its parent */
  readonly childTitle: string;
}

/**
 * Starts a server in a session of its own: Ctrl-C in the terminal must not reach a store before
 * the application that still wants to save into it. Synchronous, so that the caller can write the
 * record down before anything else, even a SIGKILL from outside, is likely to happen.
 * @throws Error when the program cannot be started at all
 */
export function spawnServer(options: {
  command: string;
  args: readonly string[];
  folder: string;
  log: string;
  marks: readonly string[];
  manners?: Manners;
  /** as whom; only root can choose */
  user?: { uid: number; gid: number } | undefined;
  env?: NodeJS.ProcessEnv;
}): ProcessRecord {
  const log = openSync(options.log, 'w');
  const child = spawn(options.command, options.args, {
    cwd: options.folder,
    detached: true,
    stdio: ['ignore', log, log],
    env: options.env ?? process.env,
    windowsHide: true,
    ...options.user,
  });
  closeSync(log);
  child.on('error', () => undefined); // a missing pid says it already
  child.unref();
  const started = child.pid === undefined ? undefined : processEntry(child.pid)?.started;
  if (child.pid === undefined || started === undefined) {
    throw new Error(`${options.command} could not be started.`);
  }
  const { marks, manners } = options;
  return { kind: 'process', pid: child.pid, started, marks, ...(manners && { manners }) };
}

/** Pids are used again: only the start time and the command line together prove whose it is. */
export function isRunning(record: ProcessRecord): boolean {
  if (startOf(record.pid) !== record.started) return false;
  const command = commandLine(record.pid);
  // A process that is just ending has lost its command line, and still holds its sockets.
  return command === '' || record.marks.some((mark) => command.includes(mark));
}

export function processControl(record: ProcessRecord): Control {
  return {
    alive: async () => isRunning(record),

    async stop() {
      if (isRunning(record)) {
        askToEnd(record, record.manners?.stop ?? 'SIGTERM');
        await untilGone(record, stopLimitMs);
      }
      await killFamily(record);
    },

    kill: () => killFamily(record),

    async end() {
      if (record.manners && isRunning(record)) {
        askToEnd(record, record.manners.quit);
        await untilGone(record, quitLimitMs);
      }
      await killFamily(record);
    },

    async freeze() {
      if (!isRunning(record)) throw new Error('It is not running, so it cannot be frozen.');
      if (isWindows) throw new Error('Windows cannot freeze a process.');
      const family = freezeFamily(record);
      await until(`Process ${record.pid} did not freeze`, killLimitMs, () =>
        family.every((pid) => ['T', 'Z', undefined].includes(processEntry(pid)?.state)),
      );
    },

    async thaw() {
      thawFamily(record);
    },

    stopSoon() {
      if (isRunning(record)) askToEnd(record, record.manners?.stop ?? 'SIGTERM');
    },

    discard() {
      if (record.manners && isRunning(record)) {
        askToEnd(record, record.manners.quit);
        const deadline = performance.now() + quitLimitMs;
        while (isRunning(record) && performance.now() < deadline) pauseSync(5);
      }
      endFamily(record);
    },
  };
}

function askToEnd(record: ProcessRecord, name: NodeJS.Signals): void {
  if (isWindows) return; // it has no signals: killFamily() comes next
  thawFamily(record); // a frozen process would never see the signal
  signal(record.pid, name);
}

/** Gives up silently: whoever calls it goes on to SIGKILL. */
async function untilGone(record: ProcessRecord, limitMs: number): Promise<void> {
  if (isWindows) return;
  await until('', limitMs, () => !isRunning(record)).catch(() => undefined);
}

async function killFamily(record: ProcessRecord): Promise<void> {
  const family = endFamily(record);
  await until(`Process ${record.pid} did not end after SIGKILL`, killLimitMs, () =>
    family.every((pid) => startOf(pid) === undefined),
  );
}

/** A child that survives goes on writing: Redis renames its snapshot, Postgres blocks a restart. */
function endFamily(record: ProcessRecord): number[] {
  if (isWindows) {
    if (!isRunning(record)) return [];
    spawnSync('taskkill', ['/pid', String(record.pid), '/T', '/F'], { timeout: killLimitMs });
    return [record.pid];
  }
  const family = freezeFamily(record);
  for (const member of family) signal(member, 'SIGKILL');
  return family;
}

/** The parent first: once it is frozen it makes no further children while they are listed. */
function freezeFamily(record: ProcessRecord): number[] {
  const parent = isRunning(record) ? [record.pid] : [];
  for (const pid of parent) signal(pid, 'SIGSTOP');
  const children = childrenOf(record);
  for (const child of children) signal(child, 'SIGSTOP');
  return [...parent, ...children];
}

function thawFamily(record: ProcessRecord): void {
  for (const child of childrenOf(record)) signal(child, 'SIGCONT');
  if (isRunning(record)) signal(record.pid, 'SIGCONT');
}

function childrenOf(record: ProcessRecord): number[] {
  const family = isRunning(record) ? descendants(record.pid) : [];
  const orphans = record.manners ? pidsByTitle(record.manners.childTitle) : [];
  return [...new Set([...family, ...orphans])];
}

function signal(pid: number, name: NodeJS.Signals): void {
  if (isWindows) return;
  try {
    process.kill(pid, name);
  } catch (error) {
    const gone = error instanceof Error && 'code' in error && error.code === 'ESRCH';
    if (!gone) throw error;
  }
}

function pauseSync(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
