// Servers as processes of this machine: start, stop, kill, freeze, thaw.
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { Control } from './control.ts';
import { commandLine, descendants, processEntry, startOf } from './process-table.ts';
import { until } from './wait.ts';

const stopLimitMs = 10_000;
const killLimitMs = 10_000;

/** Enough to find a server again from another process, and to know that it is still the same one. */
export interface ProcessRecord {
  readonly kind: 'process';
  readonly pid: number;
  readonly started: string;
  /** the command line holds one of these: a second proof, beside `started`, that it is ours */
  readonly marks: readonly string[];
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
}): ProcessRecord {
  const log = openSync(options.log, 'w');
  const child = spawn(options.command, options.args, {
    cwd: options.folder,
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  child.on('error', () => undefined); // a missing pid says it already
  child.unref();
  const started = child.pid === undefined ? undefined : processEntry(child.pid)?.started;
  if (child.pid === undefined || started === undefined) {
    throw new Error(`${options.command} could not be started.`);
  }
  return { kind: 'process', pid: child.pid, started, marks: options.marks };
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
      if (!isRunning(record)) return;
      askToEnd(record.pid);
      try {
        await until('', stopLimitMs, () => !isRunning(record));
      } catch {
        await killFamily(record);
      }
    },

    kill: () => killFamily(record),

    async freeze() {
      if (!isRunning(record)) throw new Error('It is not running, so it cannot be frozen.');
      const family = freezeFamily(record.pid);
      await until(`Process ${record.pid} did not freeze`, killLimitMs, () =>
        family.every((pid) => ['T', 'Z', undefined].includes(processEntry(pid)?.state)),
      );
    },

    async thaw() {
      if (isRunning(record)) thawFamily(record.pid);
    },

    stopSoon() {
      if (isRunning(record)) askToEnd(record.pid);
    },

    discard() {
      if (isRunning(record)) endFamily(record.pid);
    },
  };
}

function askToEnd(pid: number): void {
  thawFamily(pid); // a frozen process would never see the SIGTERM
  signal(pid, 'SIGTERM');
}

async function killFamily(record: ProcessRecord): Promise<void> {
  if (!isRunning(record)) return;
  const family = endFamily(record.pid);
  await until(`Process ${record.pid} did not end after SIGKILL`, killLimitMs, () =>
    family.every((pid) => startOf(pid) === undefined),
  );
}

/** A child that survives goes on writing: Redis renames its snapshot, Postgres blocks a restart. */
function endFamily(pid: number): number[] {
  const family = freezeFamily(pid);
  for (const member of family) signal(member, 'SIGKILL');
  return family;
}

/** The parent first: once it is frozen it makes no further children while they are listed. */
function freezeFamily(pid: number): number[] {
  signal(pid, 'SIGSTOP');
  const children = descendants(pid);
  for (const child of children) signal(child, 'SIGSTOP');
  return [pid, ...children];
}

function thawFamily(pid: number): void {
  for (const member of [...descendants(pid), pid]) signal(member, 'SIGCONT');
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    const gone = error instanceof Error && 'code' in error && error.code === 'ESRCH';
    if (!gone) throw error;
  }
}
