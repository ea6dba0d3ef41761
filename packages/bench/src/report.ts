import { markdownTable } from '../../acceptance/src/report/documents.ts';
import { checklist } from './checklist.ts';
import type { Hot, Share } from './profile.ts';
import type { Pruned } from './prune.ts';
import { recommend } from './recommendation.ts';
import { type Cell, cellsOf, perSecond, problems, type Results } from './results.ts';
import type { Size } from './sizes.ts';
import { type Spread, spread } from './statistics.ts';
import { doubts } from './system.ts';

/** All there is to say about a run, in Markdown that can be read in a terminal as well. */
export function report(results: Results): string {
  const { cells, profiles } = results;
  const found = [...problems(cells), ...saySystem(results)];
  return [
    `# Benchmark, ${results.plan}\n`,
    `${describe(results)}\n`,
    ...(found.length > 0 ? [`${list(found)}\n`] : []),
    ...profiles.map(({ name, title }) => `## ${title}\n\n${profileTable(results, name)}`),
    `## Ratios\n\n${ratioTable(cells)}`,
    `## What each guard takes\n\n${guardTable(results)}`,
    ...(results.sizes.length > 0 ? [sayGrowth(results.sizes)] : []),
    ...(results.prunes.length > 0 ? [sayPrunes(results.prunes)] : []),
    `## What to take from it\n\n${list(recommend(cells))}\n`,
  ].join('\n');
}

function describe({ date, rounds, system }: Results): string {
  const { os, cpu, cores, memoryGb, versions } = system;
  const software = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${date.slice(0, 10)}, ${cores} × ${cpu}, ${memoryGb} GB, ${os}. ${software.join(', ')}.`,
    `Medians of ${rounds} rounds, with the least and the most of them; load, servers and stores on`,
    'this one machine, commits forced to the disk. Ratios are taken within each round. For one request:',
    'the time of the processor in the server, commands of Redis and statements of Postgres, and what',
    'Postgres wrote to its log. The sender is a process of its own; near 100 % it is the bottleneck.',
  ].join('\n');
}

const LISTED = 20;

/** Where the processor time of a server goes, of so many microseconds for a request. */
export function sayHot({ functions, groups }: Hot, microseconds: number | undefined): string {
  const lines = (shares: readonly Share[]) =>
    shares.slice(0, LISTED).map(({ name, share }) => {
      const each = microseconds && `${(share * microseconds).toFixed(1).padStart(6)} µs`;
      return `${(share * 100).toFixed(1).padStart(6)} % ${each ?? ''}  ${name}`;
    });
  const all = microseconds === undefined ? 'A request' : `${microseconds.toFixed(0)} µs a request`;
  return [`${all}, on behalf of`, ...lines(groups), 'By self time', ...lines(functions)].join('\n');
}

const saySystem = ({ system, profiles }: Results) =>
  doubts(system, Math.max(...profiles.map(({ connections }) => connections)));

function profileTable({ cells, servers }: Results, profile: string): string {
  const rows = servers.map(({ name, title }) => {
    const own = cellsOf(cells, name, profile);
    const median = (value: (cell: Cell) => number) => spread(own.map(value)).median;
    const cpu = own.flatMap(({ cpuMicroseconds }) => cpuMicroseconds ?? []);
    return [
      title,
      say(spread(own.map(perSecond)), 0),
      median(({ medianMs }) => medianMs).toFixed(2),
      median(({ p99Ms }) => p99Ms).toFixed(1),
      cpu.length > 0 ? say(spread(cpu), 0) : '',
      `${median(({ redisCommands }) => redisCommands).toFixed(1)} + ${median(
        ({ postgresStatements }) => postgresStatements,
      ).toFixed(1)}`,
      median(({ walBytes }) => walBytes).toFixed(0),
      `${Math.round(median(({ busy }) => busy) * 100)} %`,
    ];
  });
  const titles = [
    'server',
    'requests/s',
    'median ms',
    '99 % ms',
    'processor µs',
    'Redis + Postgres',
    'WAL bytes',
    'sender busy',
  ];
  return markdownTable(aligned([titles, ...rows]));
}

function ratioTable(cells: readonly Cell[]): string {
  const rows = checklist(cells).map((each) => [
    each.holds ? 'yes' : 'NO',
    `${each.server} / ${each.against}`,
    each.profile,
    `≥ ${each.atLeast}`,
    say(each.ratio, 2),
    each.byProcessorTime ? say(each.byProcessorTime, 2) : '',
  ]);
  const titles = ['holds', 'requests/s of', 'load', 'wanted', 'seen', 'by processor time'];
  return markdownTable(aligned([titles, ...rows]));
}

function guardTable({ guards }: Results): string {
  const all = guards.reduce((sum, { microseconds }) => sum + microseconds, 0);
  const rows = guards.map(({ guard, against, microseconds }) => [
    guard,
    against,
    microseconds.toFixed(1),
  ]);
  const titles = ['guard, by itself', 'against', 'µs, median'];
  return markdownTable(aligned([titles, ...rows, ['all of them', '', all.toFixed(1)]]));
}

/** What sessions take, in bytes for one of them, by their number. */
export function sayGrowth(sizes: readonly Size[]): string {
  const numbers = [...new Set(sizes.map(({ sessions }) => sessions))].sort((a, b) => a - b);
  const most = numbers.at(-1) ?? 0;
  const of = (server: string, recordBytes: number, sessions: number) =>
    sizes.find(
      (size) =>
        size.server === server && size.recordBytes === recordBytes && size.sessions === sessions,
    )?.bytes ?? Number.NaN;
  const rows = sizes
    .filter(({ sessions }) => sessions === most)
    .sort((a, b) => a.recordBytes - b.recordBytes)
    .map(({ server, recordBytes, bytes }) => {
      const stock = server.startsWith('stock-') ? server : `stock-${server}`;
      return [
        `${recordBytes}`,
        server,
        ...numbers.map((sessions) => of(server, recordBytes, sessions).toFixed(0)),
        `${((bytes * 100_000) / 1e6).toFixed(0)} MB`,
        server === stock ? '' : (bytes / of(stock, recordBytes, most)).toFixed(2),
      ];
    });
  const titles = [
    'record',
    'server',
    ...numbers.map((sessions) => `at ${sessions.toLocaleString('en')}`),
    '100,000 take',
    'times stock',
  ];
  const about =
    'In bytes for one session, keys and indexes included; a real record that was copied. Where the ' +
    'numbers of a row are the same, the store grows with the number of sessions and no faster.';
  return `## What sessions take\n\n${about}\n\n${markdownTable(aligned([titles, ...rows]))}`;
}

/** How it was served while expired rows were removed. */
export function sayPrunes(prunes: readonly Pruned[]): string {
  const rows = prunes.map(({ server, rows: count, seconds }) => [
    server,
    count.toLocaleString('en'),
    `${seconds.length}`,
    say(spread(seconds.map(({ perSecond: rate }) => rate)), 0),
    Math.max(...seconds.map(({ p99Ms }) => p99Ms)).toFixed(0),
    `${seconds.reduce((sum, { notServed }) => sum + notServed, 0)}`,
  ]);
  const titles = ['server', 'rows', 'gone after s', 'requests/s', 'slowest 99 % ms', 'not served'];
  const about =
    'GET /profile on 50 connections, second by second from before the prune until all rows were gone.';
  return `## Pruning while serving\n\n${about}\n\n${markdownTable(aligned([titles, ...rows]))}`;
}

function say({ median, min, max }: Spread, digits: number): string {
  return `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`;
}

const list = (lines: readonly string[]) => lines.map((line) => `- ${line}`).join('\n');

/** In columns, for who reads it in a terminal. */
function aligned(rows: readonly (readonly string[])[]): string[][] {
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(width(column))));
}
