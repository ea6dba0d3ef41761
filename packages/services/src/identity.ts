import { isObject } from './files.ts';
import { startOf } from './process-table.ts';

/** Who holds a folder, a lock or a lease; a pid alone would pass to whoever gets it next. */
export interface Identity {
  readonly pid: number;
  readonly started: string;
}

export function thisProcess(): Identity {
  return { pid: process.pid, started: startOf(process.pid) ?? 'unknown' };
}

/** Whether the process that wrote itself down still runs. */
export function isAlive(written: unknown): boolean {
  if (!isObject(written)) return false;
  const { pid, started } = written;
  return typeof pid === 'number' && typeof started === 'string' && startOf(pid) === started;
}
