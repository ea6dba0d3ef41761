import type { ClientCache } from './client-cache.ts';
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
  /** For one request, as the stores themselves count. */
  redisCommands: Record<string, number>;
  postgresStatements: number;
  walBytes: number;
  /** What the process of the server took of a core for one request, where that can be read. */
  cpuMicroseconds?: number;
}

/** What each stage says of its run. */
export interface Run {
  /** ISO 8601, when it began. */
  date: string;
  plan: 'quick' | 'full';
  system: System;
}

/** Servers under loads, in turn. */
export interface Requests extends Run {
  rounds: number;
  servers: { name: string; title: string }[];
  profiles: { name: string; title: string; connections: number }[];
  cells: Cell[];
  guards: GuardCost[];
}

export interface Sizes extends Run {
  sizes: Size[];
}

export interface Prunes extends Run {
  prunes: Pruned[];
}

export interface ClientCaching extends Run, ClientCache {}

/** All that was seen, by stage, as far as it was run. Whatever is said of it is computed from this. */
export interface Results {
  requests?: Requests;
  users?: Requests;
  sizes?: Sizes;
  prune?: Prunes;
  'client-cache'?: ClientCaching;
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
