import { type Cell, cellsOf, compare, perSecond } from './results.ts';
import { type Spread, spread } from './statistics.ts';

/** Below this, two requests feel the same to a person (Nielsen, Response Times: 0.1 s is instant). */
const NOTICEABLE_MS = 100;
const SAME = 0.9; // of the other: rounds differ more than that
const CLICK_SECONDS = 10; // between two requests of somebody who is really there
const SATURATED = 0.9; // of a core that only sends
const WIDE = 2; // a maximum of so many times the minimum

/**
 * What to take from the numbers, in words. Each sentence follows from this run; where servers were
 * not measured, nothing is said of them.
 */
export function recommend(cells: readonly Cell[]): string[] {
  return [
    ...sayStores(cells),
    ...sayWrites(cells),
    ...sayHybrid(cells),
    ...sayMemory(cells),
    ...sayCapacity(cells),
    ...sayDoubts(cells),
  ];
}

function sayStores(cells: readonly Cell[]): string[] {
  const alone = {
    redis: medianOf(cells, 'redis', 'read-1', ({ medianMs }) => medianMs),
    postgres: medianOf(cells, 'postgres', 'read-1', ({ medianMs }) => medianMs),
  };
  const loaded = compare(cells, 'read-50', ['postgres', 'redis']);
  const sentences: string[] = [];
  if (alone.redis !== undefined && alone.postgres !== undefined) {
    const difference = Math.abs(alone.postgres - alone.redis);
    sentences.push(
      `Few users: a request takes ${ms(alone.redis)} with Redis and ${ms(alone.postgres)} with ` +
        `Postgres. ${
          difference < NOTICEABLE_MS
            ? 'Nobody notices the difference: take the store that you already have.'
            : 'That is felt: take the faster one.'
        }`,
    );
  }
  if (loaded) {
    const { median } = loaded;
    sentences.push(
      `Many users, reading: Postgres answers ${times(loaded)} what Redis answers. ${
        median >= SAME
          ? 'A database that you have anyway is enough; a Redis for sessions alone buys nothing.'
          : median >= 0.5
            ? 'Redis is faster, the database is not slow: take Redis when sessions are what fills ' +
              'your machine, not before.'
            : 'Where sessions are read often, Redis is worth a server of its own.'
      }`,
    );
  }
  return sentences;
}

function sayWrites(cells: readonly Cell[]): string[] {
  const ratio = compare(cells, 'write-50', ['postgres', 'redis']);
  if (!ratio) return [];
  const conclusion =
    ratio.median >= SAME
      ? 'Writing is no reason for Redis.'
      : 'Each commit waits for the disk: keep out of the session what changes with each click.';
  return [
    `Many users, writing: Postgres answers ${times(ratio)} what Redis answers. ${conclusion}`,
  ];
}

function sayHybrid(cells: readonly Cell[]): string[] {
  const ratio = compare(cells, 'read-50', ['hybrid', 'redis']);
  if (!ratio) return [];
  const conclusion =
    ratio.median >= SAME
      ? 'Reading costs nothing more, and a Redis that dies logs nobody out.'
      : 'That is the price for a Redis that may die without logging anybody out.';
  return [`Both: the hybrid answers ${times(ratio)} what Redis alone answers. ${conclusion}`];
}

function sayMemory(cells: readonly Cell[]): string[] {
  const ratio = compare(cells, 'read-50', ['memory', 'redis']);
  if (!ratio) return [];
  const conclusion =
    ratio.median > 1 / SAME
      ? 'It is faster as long as one process is enough and each restart may log everybody out.'
      : 'It is not even faster: there is no reason to lose everybody at each restart.';
  return [`Memory answers ${times(ratio)} what Redis answers. ${conclusion}`];
}

function sayCapacity(cells: readonly Cell[]): string[] {
  const slowest = ['redis', 'postgres', 'hybrid']
    .map((name) => ({ name, rate: medianOf(cells, name, 'read-50', perSecond) }))
    .filter((each): each is { name: string; rate: number } => each.rate !== undefined)
    .sort((a, b) => a.rate - b.rate)[0];
  if (!slowest) return [];
  const users = round(slowest.rate * CLICK_SECONDS);
  return [
    `Enough for whom? The slowest of them, ${slowest.name}, answers ${round(slowest.rate)} requests ` +
      `a second in one process: ${users} people who click every ${CLICK_SECONDS} seconds.`,
  ];
}

function sayDoubts(cells: readonly Cell[]): string[] {
  const saturated = cells.filter(({ busy }) => busy >= SATURATED).map(({ server }) => server);
  const wide = ['memory', 'koa', 'redis', 'hybrid', 'postgres'].filter((server) => {
    const rates = cellsOf(cells, server, 'read-50').map(perSecond);
    return rates.length > 0 && Math.max(...rates) > WIDE * Math.min(...rates);
  });
  return [
    ...(saturated.length > 0
      ? [
          `Sending was the bottleneck for ${[...new Set(saturated)].join(', ')}: they may be faster ` +
            'than it looks here.',
        ]
      : []),
    ...(wide.length > 0
      ? [
          `Rounds of the same server differ by more than ${WIDE} times (${wide.join(', ')}): ` +
            'something else was running. Trust the ratios more than the rates, and run it again.',
        ]
      : []),
  ];
}

function medianOf(
  cells: readonly Cell[],
  server: string,
  profile: string,
  value: (cell: Cell) => number,
): number | undefined {
  const values = cellsOf(cells, server, profile).map(value);
  return values.length > 0 ? spread(values).median : undefined;
}

const ms = (value: number) => `${value.toPrecision(2)} ms`;
const times = ({ median, min, max }: Spread) =>
  `${median.toFixed(2)} times (${min.toFixed(2)}–${max.toFixed(2)})`;
/** Two digits: more would be pretence. */
const round = (value: number) => Number(value.toPrecision(2)).toLocaleString('en');
