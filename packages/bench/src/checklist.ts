import { type Cell, compare } from './results.ts';
import type { Spread } from './statistics.ts';

/** That a server answers at least so many times as many requests as another one. */
export interface Check {
  profile: string;
  server: string;
  against: string;
  atLeast: number;
}

export interface Checked extends Check {
  ratio: Spread;
  /** The other's processor time for one request by this one's, where that could be read. */
  byProcessorTime: Spread | undefined;
  holds: boolean;
}

const check = (profile: string, server: string, against: string, atLeast: number): Check => ({
  profile,
  server,
  against,
  atLeast,
});

/** What the examples must not fall short of, hardening, token and headers on. */
export const checks: readonly Check[] = [
  check('read-50', 'memory', 'stock-memory', 0.9),
  check('read-50', 'koa', 'stock-koa', 0.9),
  check('read-50', 'redis', 'stock-redis', 1),
  check('read-50', 'hybrid', 'redis', 0.95),
  check('read-50', 'postgres', 'redis', 0.75),
  check('read-50', 'postgres', 'stock-postgres', 1.6),
  check('read-1', 'postgres', 'stock-postgres', 2.5),
];

/** Those whose servers were measured. By the median: the spread says how far to trust it. */
export function checklist(cells: readonly Cell[]): Checked[] {
  return checks.flatMap((each) => {
    const { profile, server, against, atLeast } = each;
    const ratio = compare(cells, profile, [server, against]);
    if (!ratio) return [];
    const byProcessorTime = compare(
      cells,
      profile,
      [against, server],
      ({ cpuMicroseconds }) => cpuMicroseconds,
    );
    return [{ ...each, ratio, byProcessorTime, holds: ratio.median >= atLeast }];
  });
}
