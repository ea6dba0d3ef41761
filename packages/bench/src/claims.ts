import { type Cell, cellsOf, compare, perSecond, type Results } from './results.ts';
import { type Spread, spread } from './statistics.ts';

/** What is often said of sessions, beside what was seen. Numbers are only taken from results. */
export interface Claim {
  id: string;
  claim: string;
  /** Who says such. */
  saidBy: string;
  /** With the libraries as in their READMEs. */
  stock: Finding[];
  /** With the examples of this project. */
  here: Finding[];
  /** When it is so, in words. */
  holds: string;
}

type Range = readonly [least: number, most: number];

export interface Finding {
  what: string;
  unit: string;
  digits: number;
  /** The file of the results beside this one, and where in it. */
  from: { file: string; key: string };
  /** What the claim amounts to, in this unit, where it is a number. */
  claimed?: Range;
  seen?: Spread & { holds: 'yes' | 'no' | 'in part' };
  /** Where nothing was seen: why. */
  instead: string;
}

const NOT_MEASURED = 'not measured yet';

/** @returns all claims; those of which nothing was measured say so. */
export const claims = (results: Results): Claim[] => [
  {
    id: 'milliseconds',
    claim: 'Redis answers in less than 2 ms, Postgres in 5 to 15, with up to 10,000 users.',
    saidBy: 'comparisons of stores',
    stock: [
      time(results, 'stock-redis', 'users-10000', [0, 2]),
      time(results, 'stock-postgres', 'users-10000', [5, 15]),
    ],
    here: [
      time(results, 'redis', 'users-10000', [0, 2]),
      time(results, 'hybrid', 'users-10000', [0, 2]),
      time(results, 'postgres', 'users-10000', [5, 15]),
    ],
    holds:
      'Here it is a whole request that takes so long, server and all, on one machine: 10,000 ' +
      'people, each with a connection, who click every ten seconds. It depends on how near the ' +
      'server is to what it can do, and a store in another building adds the way there to either.',
  },
  {
    id: 'times-faster',
    claim: 'Redis is 3 to 10 times as fast as the database.',
    saidBy: 'those who advise to move sessions to Redis',
    stock: COMPARED.map((load) => faster(results, 'stock-redis', 'stock-postgres', load)),
    here: COMPARED.map((load) => faster(results, 'redis', 'postgres', load)),
    holds:
      'Where a request writes: a commit waits for the disk, a write to Redis does not. And ' +
      'connect-pg-simple writes with each request.',
  },
  {
    id: 'share-of-a-response',
    claim: 'Sessions take 40 % of the response time.',
    saidBy: 'articles on slow pages',
    stock: ['stock-redis', 'stock-postgres'].map((server) => share(results, server)),
    here: ['redis', 'hybrid', 'postgres'].map((server) => share(results, server)),
    holds:
      'The request that was measured does nothing else, one at a time, beside one without a ' +
      'session. Whatever a page does as well makes the share smaller.',
  },
  {
    id: 'few-users',
    claim: 'Below 100 users the store does not matter.',
    saidBy: 'those who advise to begin with what is there',
    stock: [later(results, 'stock-postgres', 'stock-redis')],
    here: [later(results, 'postgres', 'redis'), later(results, 'redis', 'memory')],
    holds:
      'As long as it is about speed: people notice a tenth of a second. Who is logged out by a ' +
      'restart, and what happens while the store is away, is the same question for ten users.',
  },
  {
    id: 'size',
    claim: 'A session takes 1 to 5 KB, 100,000 of them 100 to 500 MB.',
    saidBy: 'plans for the memory of Redis',
    stock: ['stock-redis', 'stock-postgres'].flatMap((server) =>
      RECORDS.map((bytes) => megabytes(results, server, bytes)),
    ),
    here: ['redis', 'postgres'].flatMap((server) =>
      RECORDS.map((bytes) => megabytes(results, server, bytes)),
    ),
    holds:
      'As a rule of thumb for records of that size: keys, indexes, room for updates and the ' +
      'sealing come on top. A session that knows who it is and little else is smaller.',
  },
  {
    id: 'crash',
    claim: 'A crash of Redis loses all sessions.',
    saidBy: 'those who advise against Redis',
    stock: [tried('stock-redis', 'not tried: it is the same Redis')],
    here: ['redis', 'hybrid'].map((server) =>
      tried(server, '[what users see](../outages.md#redis)'),
    ),
    holds:
      'When nothing is on disk, or the disk is lost with it. With an append-only file nothing is ' +
      'lost, or the last second; with snapshots, the latest logins and logouts. No time was ' +
      'measured, but it was tried: Redis was killed, and its users were asked.',
  },
];

const COMPARED = ['read-1', 'read-50', 'write-50'];
const RECORDS = [1024, 5120];

function finding(
  base: Omit<Finding, 'seen' | 'instead'> & { claimed: Range },
  seen: Spread | undefined,
): Finding {
  if (!seen) return { ...base, instead: NOT_MEASURED };
  const [least, most] = base.claimed;
  const isWithin = (value: number) => value >= least && value <= most;
  const [low, high] = [isWithin(seen.min), isWithin(seen.max)];
  const straddles = seen.min < least && seen.max > most;
  const holds = low && high ? 'yes' : low || high || straddles ? 'in part' : 'no';
  return { ...base, seen: { ...seen, holds }, instead: '' };
}

/** In the stage that has this load. */
const cellsFor = (results: Results, profile: string): readonly Cell[] =>
  (profile.startsWith('users-') ? results.users : results.requests)?.cells ?? [];

const fileFor = (profile: string) =>
  profile.startsWith('users-') ? 'users.json' : 'requests.json';

function time(results: Results, server: string, profile: string, claimed: Range) {
  const own = cellsOf(cellsFor(results, profile), server, profile);
  return finding(
    {
      what: `${server}: half of the answers take less`,
      unit: 'ms',
      digits: 2,
      from: { file: fileFor(profile), key: `cells[${server}, ${profile}].medianMs` },
      claimed,
    },
    own.length > 0 ? spread(own.map(({ medianMs }) => medianMs)) : undefined,
  );
}

function faster(results: Results, fast: string, slow: string, profile: string) {
  return finding(
    {
      what: `${fast} / ${slow}, ${profile}`,
      unit: 'times',
      digits: 2,
      from: {
        file: fileFor(profile),
        key: `cells[${fast}, ${profile}] / cells[${slow}, ${profile}]: 200 a second`,
      },
      claimed: [3, 10],
    },
    compare(cellsFor(results, profile), profile, [fast, slow], perSecond),
  );
}

const ABOUT_40: Range = [35, 45];

function share(results: Results, server: string) {
  const profile = 'read-1';
  const rest = compare(
    cellsFor(results, profile),
    profile,
    ['express', server],
    ({ medianMs }) => medianMs,
  );
  const percent = (without: number) => (1 - without) * 100;
  return finding(
    {
      what: `${server}: more than Express without a session`,
      unit: '%',
      digits: 0,
      from: {
        file: fileFor(profile),
        key: `1 - cells[express, read-1] / cells[${server}, read-1]: medianMs`,
      },
      claimed: ABOUT_40,
    },
    rest && { median: percent(rest.median), min: percent(rest.max), max: percent(rest.min) },
  );
}

/** Nielsen, Response Times: what takes 0.1 s more is noticed. */
const UNNOTICED: Range = [-100, 100];

function later(results: Results, slow: string, fast: string) {
  const profile = 'users-100';
  const cells = cellsFor(results, profile);
  const rounds = cellsOf(cells, slow, profile).flatMap(({ round, medianMs }) => {
    const other = cellsOf(cells, fast, profile).find((cell) => cell.round === round);
    return other ? [medianMs - other.medianMs] : [];
  });
  return finding(
    {
      what: `${slow} takes longer than ${fast}`,
      unit: 'ms',
      digits: 2,
      from: {
        file: fileFor(profile),
        key: `cells[${slow}, ${profile}] - cells[${fast}, ${profile}]: medianMs`,
      },
      claimed: UNNOTICED,
    },
    rounds.length > 0 ? spread(rounds) : undefined,
  );
}

const SESSIONS = 100_000;

function megabytes(results: Results, server: string, recordBytes: number) {
  const size = results.sizes?.sizes.find(
    (each) =>
      each.server === server && each.recordBytes === recordBytes && each.sessions === SESSIONS,
  );
  return finding(
    {
      what: `${server}: 100,000 records of ${recordBytes / 1024} KB`,
      unit: 'MB',
      digits: 0,
      from: { file: 'sizes.json', key: `sizes[${server}, ${recordBytes}, ${SESSIONS}].bytes` },
      claimed: [100, 500],
    },
    size && spread([(size.bytes * SESSIONS) / 1e6]),
  );
}

/** By tests, which write a page of their own. */
const tried = (what: string, instead: string): Finding => ({
  what,
  unit: '',
  digits: 0,
  from: { file: '../outages.md', key: 'Redis' },
  instead,
});
