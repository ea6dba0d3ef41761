import type { Seen } from './crowd.ts';
import { spread } from './spread.ts';
import type { Outcome } from './try.ts';

export interface Demands {
  /** So much of what it can do must be served in the median of the short rushes. */
  served?: number;
  /** So much of the server's work must go into answers: in the median of the short rushes, if any. */
  work: number;
  /** Whether half of the capacity must not meet a single 503. */
  halfIsEasy: boolean;
  /** How many times its size the memory may have from one third of the rush to the next. */
  growth: number;
}

/** @returns a sentence for each thing that must not be. */
export function faults(outcome: Outcome, demands: Demands): string[] {
  const { served, work, halfIsEasy, growth } = demands;
  const { half, rush, memory, pairs } = outcome;
  const [before, last] = memory;
  const median = (of: 'served' | 'work') => spread(pairs.map((pair) => pair[of])).median;
  const done = pairs.length > 0 ? median('work') : outcome.work;
  const missing = served !== undefined && median('served') < served;
  return [
    ...faultsOf(half, halfIsEasy ? [200] : [200, 503]).map((fault) => `At half: ${fault}`),
    ...faultsOf(rush, [200, 503]).map((fault) => `In the rush: ${fault}`),
    ...(rush.statuses[503] ? [] : ['In the rush: nobody was turned away, so it was no rush.']),
    ...(missing
      ? [`In the rush: only ${median('served').toFixed(2)} of what it can do was served.`]
      : []),
    ...(done >= work
      ? []
      : [`In the rush: only ${done.toFixed(2)} of the work went into answers.`]),
    ...(last <= growth * before
      ? []
      : [`The memory grew from ${Math.round(before)} to ${Math.round(last)} MiB.`]),
  ];
}

function faultsOf(seen: Seen, allowed: number[]): string[] {
  const { statuses, unanswered, dropped, withoutRetryAfter } = seen;
  const others = Object.keys(statuses).filter((status) => !allowed.includes(Number(status)));
  const open = Object.entries(unanswered);
  return [
    ...others.map((status) => `${statuses[Number(status)]} were answered ${status}.`),
    ...open.map(([error, count]) => `${count} were not answered (${error}).`),
    ...(dropped > 0 ? [`${dropped} connections were dropped.`] : []),
    ...(withoutRetryAfter > 0 ? [`${withoutRetryAfter} 503 had no Retry-After.`] : []),
  ];
}
