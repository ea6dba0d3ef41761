import type { GuardCost } from './guards.ts';
import type { Load } from './load.ts';
import type { Pruned } from './prune.ts';
import type { Size } from './sizes.ts';
import { ratios, type Spread } from './statistics.ts';
import type { System } from './system.ts';

/** One server under one load, once. */
export interface Cell extends Load {
  server: string;
  profile: string;
  /** From 1. */
  round: number;
  /** For one request, as the store itself counts. */
  redisCommands: number;
  postgresStatements: number;
  walBytes: number;
  /** What the process of the server took of a core for one request, where that can be read. */
  cpuMicroseconds?: number;
}

/** All that a run has seen. Whatever is said of it is computed from this. */
export interface Results {
  /** ISO 8601. */
  date: string;
  plan: 'quick' | 'full';
  rounds: number;
  system: System;
  servers: { name: string; title: string }[];
  profiles: { name: string; title: string; connections: number }[];
  cells: Cell[];
  guards: GuardCost[];
  /** What sessions take, where that was measured. */
  sizes: Size[];
  prunes: Pruned[];
}

/** Only of good answers: errors are quick. */
export const perSecond = ({ statuses, seconds }: Cell): number => (statuses['200'] ?? 0) / seconds;

/** What makes a run worthless: a server that answers errors may be fast at it. */
export function problems(cells: readonly Cell[]): string[] {
  return cells.flatMap(({ server, profile, round, statuses, unanswered }) => {
    const where = `${server}, ${profile}, round ${round}`;
    const others = Object.entries(statuses).filter(([status]) => status !== '200');
    return [
      ...others.map(([status, count]) => `${where}: ${count} times ${status}`),
      ...(unanswered > 0 ? [`${where}: ${unanswered} without an answer`] : []),
      ...(statuses['200'] ? [] : [`${where}: no good answer at all`]),
    ];
  });
}

/** The cells of one server under one load, in the order of the rounds. */
export const cellsOf = (cells: readonly Cell[], server: string, profile: string): Cell[] =>
  cells.filter((cell) => cell.server === server && cell.profile === profile);

/** Compares two servers round by round. Nothing where one of them was not measured. */
export function compare(
  cells: readonly Cell[],
  profile: string,
  [over, under]: readonly [string, string],
  value: (cell: Cell) => number | undefined = perSecond,
): Spread | undefined {
  const byRound = (server: string) =>
    new Map(
      cellsOf(cells, server, profile).flatMap((cell) => {
        const number = value(cell);
        return number === undefined ? [] : [[cell.round, number] as const];
      }),
    );
  const [first, second] = [byRound(over), byRound(under)];
  return first.size > 0 && second.size > 0 ? ratios(first, second) : undefined;
}
