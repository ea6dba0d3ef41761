import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** Calls back for each line of a child's output, the last one included where no line break ends it. */
export function eachLine(stream: Readable | null, handle: (line: string) => void): void {
  if (stream)
    createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', handle);
}

/** Whether a line is for the log: our servers write their events as JSON objects. */
export function isLogLine(line: string): boolean {
  if (!line.startsWith('{')) return false;
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
