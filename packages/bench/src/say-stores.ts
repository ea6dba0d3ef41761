import type { Prunes, Sizes } from './results.ts';
import { growthPower, spread } from './statistics.ts';
import { describe, say, table } from './words.ts';

/** What sessions take, in bytes for one of them, by their number. */
export function sayGrowth({ sizes, ...run }: Sizes): string {
  const numbers = [...new Set(sizes.map(({ sessions }) => sessions))].sort((a, b) => a - b);
  const most = numbers.at(-1) ?? 0;
  const of = (server: string, recordBytes: number, sessions: number) =>
    sizes.find(
      (size) =>
        size.server === server && size.recordBytes === recordBytes && size.sessions === sessions,
    )?.bytes ?? Number.NaN;
  const growthOf = (server: string, recordBytes: number) => {
    const points = sizes
      .filter((size) => size.server === server && size.recordBytes === recordBytes)
      .map(({ sessions, bytes }) => [sessions, sessions * bytes] as const);
    return points.length > 1 ? `n^${growthPower(points).toFixed(2)}` : '';
  };
  const rows = sizes
    .filter(({ sessions }) => sessions === most)
    .sort((a, b) => a.recordBytes - b.recordBytes)
    .map(({ server, recordBytes, bytes }) => {
      const stock = server.startsWith('stock-') ? server : `stock-${server}`;
      return [
        `${recordBytes}`,
        server,
        ...numbers.map((sessions) => of(server, recordBytes, sessions).toFixed(0)),
        growthOf(server, recordBytes),
        `${((bytes * 100_000) / 1e6).toFixed(0)} MB`,
        server === stock ? '' : (bytes / of(stock, recordBytes, most)).toFixed(2),
      ];
    });
  const titles = [
    'record',
    'server',
    ...numbers.map((sessions) => `at ${sessions.toLocaleString('en')}`),
    'grows as',
    '100,000 take',
    'times stock',
  ];
  const about = [
    'In bytes for one session, with all that comes with it: key, indexes, and the list of its user’s',
    'sessions, each user having one. A real record that was copied. `n^1.00` is in proportion to the',
    'number of sessions: for twice as many, twice as much.',
  ].join('\n');
  return `## What sessions take\n\n${describe(run)}\n\n${about}\n\n${table([titles, ...rows])}`;
}

/** How it was served while expired rows were removed. */
export function sayPrunes({ prunes, ...run }: Prunes): string {
  const rows = prunes.map(({ server, rows: count, seconds, gaveUp, isOver }) => {
    const [before, ...during] = seconds;
    return [
      server,
      count.toLocaleString('en'),
      isOver ? `${during.length}` : `not after ${during.length}`,
      `${gaveUp}`,
      before?.perSecond.toFixed(0) ?? '',
      say(spread(during.map(({ perSecond: rate }) => rate)), 0),
      Math.max(...during.map(({ p99Ms }) => p99Ms)).toFixed(0),
      `${during.reduce((sum, { notServed }) => sum + notServed, 0)}`,
    ];
  });
  const titles = [
    'server',
    'rows',
    'gone after s',
    'gave up',
    'requests/s before',
    'meanwhile',
    'slowest 99 % ms',
    'not served',
  ];
  const about = [
    'GET /profile on 50 connections, second by second, while another process prunes. Stock is one',
    'statement. Here it is a thousand rows at a time, each of which leaves a line in the history of',
    'sessions, and a statement that takes longer than a request may wait gives up.',
  ].join('\n');
  return `## Pruning while serving\n\n${describe(run)}\n\n${about}\n\n${table([titles, ...rows])}`;
}
