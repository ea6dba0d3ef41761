import { markdownTable } from '../../acceptance/src/report/documents.ts';
import { checklist } from './checklist.ts';
import type { Claim, Finding } from './claims.ts';
import type { Hot, Share } from './profile.ts';
import { recommend } from './recommendation.ts';
import {
  type Cell,
  type ClientCaching,
  cellsOf,
  type Prunes,
  perSecond,
  problems,
  type Requests,
  type Results,
  type Run,
  type Sizes,
} from './results.ts';
import { growthPower, percentile, type Spread, spread } from './statistics.ts';
import { doubts } from './system.ts';

/**
 * All there is to say about what was run, in Markdown that can be read in a terminal as well.
 *
 * @param claimed what is said elsewhere, beside it.
 */
export function report(results: Results, claimed: readonly Claim[] = []): string {
  const { requests, users, sizes, prune, 'client-cache': clientCache } = results;
  return [
    '# Benchmarks\n',
    `${ABOUT}\n`,
    ...(claimed.length > 0 ? [sayClaims(claimed)] : []),
    ...(requests ? [`## What to take from it\n\n${list(recommend(requests.cells))}\n`] : []),
    ...(requests ? [sayRequests(requests)] : []),
    ...(users ? [sayUsers(users)] : []),
    ...(sizes ? [sayGrowth(sizes)] : []),
    ...(prune ? [sayPrunes(prune)] : []),
    ...(clientCache ? [sayClientCache(clientCache)] : []),
  ].join('\n');
}

const ABOUT = [
  'Each part was measured by itself; it says when, and on what. Medians, with the least and the most of',
  'the rounds; load, servers and stores on one machine, commits forced to the disk. `@fastify/session`',
  'is not among them: what it reads cookies with does not install on Node 20.',
].join('\n');

function sayRequests(requests: Requests): string {
  const { cells, profiles, rounds } = requests;
  return [
    `## Requests\n\n${describe(requests, profiles)}\n`,
    `${saySpread(rounds)}\n`,
    ...sayProblems(requests),
    ...profiles.map(({ name, title }) => `### ${title}\n\n${profileTable(requests, name)}`),
    `### Ratios\n\n${ratioTable(cells)}`,
    `### What each guard takes\n\n${guardTable(requests)}`,
  ].join('\n');
}

const saySpread = (rounds: number) =>
  [
    `${rounds} ${rounds === 1 ? 'round' : 'rounds'}, ratios taken within each. For one request: the`,
    'processor time of the server; what Redis carries out, a script and each command within it; how many',
    'statements Postgres carries out, and what it writes to its log. The sender is a process of its own;',
    'near 100 % it is the bottleneck.',
  ].join('\n');

/** They come when they want to: what counts is how long it takes. */
function sayUsers(users: Requests): string {
  const { profiles, rounds } = users;
  return [
    `## People who click now and then\n\n${describe(users, profiles)}\n`,
    `${rounds} ${rounds === 1 ? 'round' : 'rounds'}. Nobody waits for anybody else's answer.\n`,
    ...sayProblems(users),
    ...profiles.map(({ name, title }) => `### ${title}\n\n${profileTable(users, name)}`),
  ].join('\n');
}

/** What makes numbers worthless is said before them. */
const sayProblems = ({ cells }: Requests) => {
  const found = problems(cells);
  return found.length > 0 ? [`${list(found)}\n`] : [];
};

/** When, on what, and what about it makes numbers worse than they need be. */
function describe(run: Run, profiles: readonly { connections: number }[] = []): string {
  const { date, plan, system } = run;
  const { os, cpu, cores, memoryGb, versions, load } = system;
  const software = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const connections = Math.max(1, ...profiles.map((profile) => profile.connections));
  return [
    `${date.slice(0, 16).replace('T', ' ')} UTC, ${plan}, ${cores} × ${cpu}, ${memoryGb} GB, ${os}, a`,
    `load of ${load.toFixed(1)} before it.`,
    `${software.join(', ')}.`,
    ...doubts(system, connections),
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

function profileTable({ cells, servers }: Requests, profile: string): string {
  const rows = servers.map(({ name, title }) => {
    const own = cellsOf(cells, name, profile);
    if (own.length === 0) return [title];
    const median = (value: (cell: Cell) => number) => spread(own.map(value)).median;
    const cpu = own.flatMap(({ cpuMicroseconds }) => cpuMicroseconds ?? []);
    return [
      title,
      say(spread(own.map(perSecond)), 0),
      median(({ medianMs }) => medianMs).toFixed(2),
      median(({ p99Ms }) => p99Ms).toFixed(1),
      cpu.length > 0 ? say(spread(cpu), 0) : '',
      sayCommands(own),
      median(({ postgresStatements }) => postgresStatements).toFixed(1),
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
    'Redis',
    'Postgres',
    'WAL bytes',
    'sender busy',
  ];
  return markdownTable(aligned([titles, ...rows]));
}

const RARELY = 0.05;

/** `GET, 0.1 EVAL`: what is there once a request has no number. */
function sayCommands(cells: readonly Cell[]): string {
  const names = [...new Set(cells.flatMap(({ redisCommands }) => Object.keys(redisCommands)))];
  return names
    .map((name) => {
      const { median } = spread(cells.map(({ redisCommands }) => redisCommands[name] ?? 0));
      const count = Number(median.toFixed(1));
      return { text: count === 1 ? name : `${count} ${name}`, median };
    })
    .filter(({ median }) => median >= RARELY)
    .sort((a, b) => b.median - a.median)
    .map(({ text }) => text)
    .join(', ');
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

function guardTable({ guards }: Requests): string {
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
  const table = markdownTable(aligned([titles, ...rows]));
  return `## What sessions take\n\n${describe(run)}\n\n${about}\n\n${table}`;
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
  const table = markdownTable(aligned([titles, ...rows]));
  return `## Pruning while serving\n\n${describe(run)}\n\n${about}\n\n${table}`;
}

/** What a cache in the client gains, what it does not see, and why the examples have none. */
export function sayClientCache({ reads, logouts, deadLine, ...run }: ClientCaching): string {
  const readRows = reads.map(({ caches, commands, microseconds, redisMicroseconds }) => [
    caches ? 'from the cache' : 'from Redis',
    commands.toFixed(2),
    microseconds.toFixed(1),
    redisMicroseconds.toFixed(1),
  ]);
  const readTitles = ['a read', 'commands', 'processor µs, instance', 'processor µs, Redis'];
  const logoutRows = logouts.map(({ workMs, unseenMs }) => [
    workMs === 0 ? 'nothing else to do' : `${workMs} ms of work in each turn of its event loop`,
    `${unseenMs.length}`,
    `${unseenMs.filter((ms) => ms > 0).length}`,
    ...[0.5, 0.99, 1].map((share) => percentile(unseenMs, share).toFixed(2)),
  ]);
  const logoutTitles = [
    'the other instance has',
    'logouts',
    'unseen',
    'median ms',
    '99 % ms',
    'most ms',
  ];
  const deadRows = deadLine.map(({ asks, unseenMs, limitMs, isGone }) => [
    asks ? 'asked each second whether it is still one' : 'as in the README',
    isGone
      ? `${(unseenMs / 1000).toFixed(1)} s`
      : `still, when it was no longer watched after ${(limitMs / 1000).toFixed(0)} s`,
  ]);
  const deadTitles = ["the other instance's connection", 'the session was believed for'];
  return [
    `## A cache in the client\n\n${describe(run)}\n\n${CLIENT_CACHE}\n`,
    markdownTable(aligned([readTitles, ...readRows])),
    'How long another instance believes in a session after its end was confirmed (`DEL` answered):\n',
    markdownTable(aligned([logoutTitles, ...logoutRows])),
    'And when that instance is cut off from Redis without being told (a half-open connection):\n',
    markdownTable(aligned([deadTitles, ...deadRows])),
    `${CONCLUSION}\n`,
  ].join('\n');
}

const CLIENT_CACHE = [
  'Redis can tell its clients which keys have changed (RESP3, `CLIENT TRACKING`), so that they may keep',
  'what they have read; node-redis does with `clientSideCache`. Reads of records that nobody writes,',
  'which is the most that there is to gain:',
].join('\n');

const CONCLUSION = [
  '**The examples have no such cache.** That a session was ended is told to other instances after it was',
  'told to the user, and an instance that hears nothing takes it for no news: who is logged out, or was',
  'thrown out, is let in. Nor does a read ask whether the store is there, so it cannot fail closed. It',
  'fits what may be old for a while: settings, prices, pages.',
].join('\n');

/** What is said, and what was seen. */
function sayClaims(claimed: readonly Claim[]): string {
  return [
    '## What is said, and what was seen\n',
    '*Stock* are the libraries as in their READMEs, *here* are the examples, all hardening on. As data:',
    '[claims.json](claims.json).\n',
    ...claimed.map(
      (each) =>
        `### “${each.claim}”\n\nSo say ${each.saidBy}. ${each.holds}\n\n${claimTable(each)}`,
    ),
  ].join('\n');
}

function claimTable({ stock, here }: Claim): string {
  const rows = (by: string, findings: readonly Finding[]) =>
    findings.map(({ what, unit, digits, seen, instead }) => [
      by,
      what,
      seen ? `${say(seen, digits)} ${unit}` : instead,
      seen?.holds ?? '',
    ]);
  const titles = ['', 'what', 'seen', 'holds'];
  return markdownTable(aligned([titles, ...rows('stock', stock), ...rows('here', here)]));
}

function say({ median, min, max }: Spread, digits: number): string {
  if (min === max) return median.toFixed(digits);
  return `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`;
}

const list = (lines: readonly string[]) => lines.map((line) => `- ${line}`).join('\n');

/** In columns, for who reads it in a terminal. */
function aligned(rows: readonly (readonly string[])[]): string[][] {
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(width(column))));
}
