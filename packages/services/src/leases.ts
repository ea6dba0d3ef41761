// Who uses a shared server. The last one out stops it.
import { randomUUID } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readJson, writeJson } from './files.ts';
import { isAlive, thisProcess } from './identity.ts';

export interface Lease {
  drop(): void;
}

export function takeLease(folder: string): Lease {
  // One process may hold several: the pid alone would let the first close() end them all.
  const file = join(folder, `${process.pid}-${randomUUID()}`);
  writeJson(file, thisProcess());
  return { drop: () => rmSync(file, { force: true }) };
}

/** The number of leases whose process still runs. Those of killed processes are removed. */
export function liveLeases(folder: string): number {
  let live = 0;
  for (const name of filesOf(folder)) {
    const file = join(folder, name);
    if (isAlive(readJson(file))) live += 1;
    else rmSync(file, { force: true });
  }
  return live;
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
