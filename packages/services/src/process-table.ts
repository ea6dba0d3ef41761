// What the system says about a process. Linux is read from /proc because slim images have no `ps`.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessEntry {
  readonly parent: number;
  /** `T` is frozen, `Z` has ended and only waits for its parent to ask, the rest runs */
  readonly state: string;
  /** differs between two processes that got the same pid one after the other */
  readonly started: string;
}

/** The table's entry; `undefined` when there is no such process. */
export function processEntry(pid: number): ProcessEntry | undefined {
  if (process.platform === 'linux') return linuxEntry(pid);
  if (process.platform === 'win32') return windowsEntry(pid);
  const [line] = ps('-o', 'ppid=,state=,lstart=', '-p', String(pid));
  const [, parent, state, started] = /^(\d+)\s+(\S)\S*\s+(.+)$/.exec(line ?? '') ?? [];
  if (!parent || !state || !started) return undefined;
  return { parent: Number(parent), state, started };
}

/** The start of a process that really runs; a zombie and a missing process have none. */
export function startOf(pid: number): string | undefined {
  const entry = processEntry(pid);
  return entry && entry.state !== 'Z' ? entry.started : undefined;
}

/** The command line, words joined by spaces; empty when it cannot be read. */
export function commandLine(pid: number): string {
  if (process.platform !== 'linux') return ps('-o', 'command=', '-p', String(pid))[0] ?? '';
  return readProc(`${pid}/cmdline`).replaceAll('\0', ' ').trim();
}

/** The pids of all processes that come from `pid`, children before their own children. */
export function descendants(pid: number): number[] {
  const parents = allParents();
  const found = [pid];
  for (const ancestor of found) {
    for (const [child, parent] of parents) if (parent === ancestor) found.push(child);
  }
  return found.slice(1);
}

/** The pids of all processes whose command line begins like this. */
export function pidsByTitle(beginning: string): number[] {
  return allParents()
    .map(([pid]) => pid)
    .filter((pid) => commandLine(pid).startsWith(beginning));
}

function allParents(): [pid: number, parent: number][] {
  if (process.platform === 'win32') return [];
  if (process.platform === 'linux') {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => [Number(name), linuxEntry(Number(name))?.parent ?? 0]);
  }
  return ps('-A', '-o', 'pid=,ppid=').map((line) => {
    const [pid = 0, parent = 0] = line.split(/\s+/).map(Number);
    return [pid, parent];
  });
}

function linuxEntry(pid: number): ProcessEntry | undefined {
  const stat = readProc(`${pid}/stat`);
  // The name in parentheses may hold spaces and parentheses: count the fields after the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, parent] = fields;
  const threads = Number(fields[17]);
  const ticksSinceBoot = fields[19];
  if (!state || !parent || !ticksSinceBoot) return undefined;
  // The first thread may be a zombie while another one still dies, and holds the sockets open.
  const isEnding = state === 'Z' && threads > 1;
  // Ticks count from the boot: without its id, a reboot could make two processes look the same.
  const boot = readProc('sys/kernel/random/boot_id').trim();
  return {
    parent: Number(parent),
    state: isEnding ? 'ending' : state,
    started: `${boot}/${ticksSinceBoot}`,
  };
}

/** Windows tells no start and no parent without a slow helper: only that the process is there. */
function windowsEntry(pid: number): ProcessEntry | undefined {
  try {
    process.kill(pid, 0);
    return { parent: 0, state: 'R', started: 'unknown' };
  } catch (error) {
    const mayNotAsk = error instanceof Error && 'code' in error && error.code === 'EPERM';
    return mayNotAsk ? { parent: 0, state: 'R', started: 'unknown' } : undefined;
  }
}

function readProc(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, 'utf8');
  } catch {
    return '';
  }
}

function ps(...args: string[]): string[] {
  // `lstart` is printed in local time and language; two processes must read the same.
  const { stdout } = spawnSync('ps', args, {
    encoding: 'utf8',
    timeout: 5_000,
    env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
  });
  return (stdout ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
