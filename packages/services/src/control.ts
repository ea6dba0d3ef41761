import { type ContainerRecord, containerControl } from './containers.ts';
import { isObject } from './files.ts';
import { type Manners, type ProcessRecord, processControl } from './processes.ts';

/** A server that was started, in a form that can be written to a file and found again. */
export type ServerRecord = ProcessRecord | ContainerRecord;

/** What can be done to a started server. Everything is harmless when it no longer runs. */
export interface Control {
  alive(): Promise<boolean>;
  /** asks it to end, and ends it when it does not listen; frozen servers too */
  stop(): Promise<void>;
  /** resolves when it is really gone */
  kill(): Promise<void>;
  /** ends it at once, removes what it left in the system, and a container's data; resolves then */
  end(): Promise<void>;
  /** @throws Error when it is not running */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** synchronous, for the moment this process exits: asks it to end, and does not wait */
  stopSoon(): void;
  /** the same as `end`, synchronous, for the same moment */
  discard(): void;
}

export function controlOf(record: ServerRecord): Control {
  return record.kind === 'process' ? processControl(record) : containerControl(record);
}

/** Reads a record out of a file that somebody may have cut short or edited. */
export function asServerRecord(value: unknown): ServerRecord | undefined {
  if (!isObject(value)) return undefined;
  const { kind, pid, started, marks, docker, name } = value;
  if (kind === 'container' && typeof docker === 'string' && typeof name === 'string') {
    return { kind, docker, name };
  }
  if (kind !== 'process' || typeof pid !== 'number' || typeof started !== 'string') {
    return undefined;
  }
  // An empty mark is part of every command line and would prove nothing.
  const isMark = (mark: unknown): mark is string => typeof mark === 'string' && mark !== '';
  if (!Array.isArray(marks)) return undefined;
  const manners = asManners(value['manners']);
  return { kind, pid, started, marks: marks.filter(isMark), ...(manners && { manners }) };
}

function asManners(value: unknown): Manners | undefined {
  if (!isObject(value)) return undefined;
  const { stop, quit, childTitle } = value;
  const isSignal = (name: unknown): name is NodeJS.Signals =>
    name === 'SIGINT' || name === 'SIGQUIT';
  // A short title could be the beginning of anybody's command line.
  const isTitle = typeof childTitle === 'string' && childTitle.includes('session-lab-');
  return isSignal(stop) && isSignal(quit) && isTitle ? { stop, quit, childTitle } : undefined;
}
