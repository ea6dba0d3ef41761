import { checklist } from './checklist.ts';
import { type Cell, cellsOf, perSecond, problems, type Requests } from './results.ts';
import { spread } from './statistics.ts';
import { describe, list, say, table } from './words.ts';

export function sayRequests(requests: Requests): string {
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
export function sayUsers(users: Requests): string {
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
  return table([titles, ...rows]);
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
  return table([titles, ...rows]);
}

function guardTable({ guards }: Requests): string {
  const all = guards.reduce((sum, { microseconds }) => sum + microseconds, 0);
  const rows = guards.map(({ guard, against, microseconds }) => [
    guard,
    against,
    microseconds.toFixed(1),
  ]);
  const titles = ['guard, by itself', 'against', 'µs, median'];
  return table([titles, ...rows, ['all of them', '', all.toFixed(1)]]);
}
