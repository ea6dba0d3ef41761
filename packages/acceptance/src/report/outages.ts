// docs/outages.md: what happens to users when something dies. Written out of what the slow tests have
// seen, so that it says nothing else.
import { markdownTable, readDocument } from './documents.ts';
import { type Observation, sayOutage, sayRange } from './outage-words.ts';
import { seenIn } from './seen.ts';

export const OUTAGES_FILE = 'docs/outages.md';
const EXAMPLES = ['memory', 'redis', 'koa', 'postgres', 'hybrid'];

/** All outages, as the document shows them. */
const SECTIONS = {
  'The app': {
    'app-killed': 'killed (`SIGKILL`), and started again',
  },
  Redis: {
    'redis-killed-always': 'killed (`SIGKILL`); each write is in a file on disk (AOF, `always`)',
    'redis-killed-everysec': 'killed; writes reach the disk once a second (AOF, `everysec`)',
    'redis-killed-rdb': 'killed; there is a snapshot now and then (RDB)',
    'redis-killed-none': 'killed; nothing is on disk',
    'redis-lost': 'killed, and its disk is lost: an empty one takes its place',
    'redis-frozen': 'hangs (`SIGSTOP`), and goes on',
    'redis-full': 'full: no more memory, so that it refuses writes',
    'redis-late': 'each answer takes longer than the budget',
    'redis-slow': 'each answer takes 10 ms longer',
    'redis-half-open': 'the line is dead, and nobody is told (a half-open connection)',
    'redis-absent': 'away when the app starts',
  },
  Postgres: {
    'postgres-killed': 'killed (`SIGKILL`), and started again',
    'postgres-frozen': 'hangs (`SIGSTOP`), and goes on',
    'postgres-full': 'its disk is full (tried on Linux, as root)',
    'postgres-read-only': 'restarted, and takes no writes (`default_transaction_read_only`)',
    'postgres-locked': 'all connections of the pool wait for a lock on the table',
    'postgres-late': 'each answer takes longer than the budget',
    'postgres-slow': 'each answer takes 10 ms longer',
    'postgres-half-open': 'the line is dead, and nobody is told (a half-open connection)',
    'postgres-absent': 'away when the app starts',
  },
  'Both at once': {
    'both-killed': 'killed (`SIGKILL`), and started again',
    'both-frozen': 'hang (`SIGSTOP`), and go on',
  },
} as const satisfies Record<string, Record<string, string>>;

type Rows<Section> = Section extends unknown ? keyof Section : never;
export type Outage = Rows<(typeof SECTIONS)[keyof typeof SECTIONS]>;

const HEAD = `# What happens to your users when something dies

The memory example keeps its sessions in the process, redis and koa in Redis, postgres in Postgres,
and hybrid in Postgres with copies in Redis. Each runs as a process of its own on real stores. Each
outage was brought about three times, by [these tests](../packages/acceptance/outages), and lasted a
second and a half at least; nobody restarted the app. \`npm run outages\` writes this file out of the
last \`npm run test:all\`, which fails when it sees something else.

How to read it:

- *Here*: the last request was less than \`HYBRID_HOT_SECONDS\` (60) ago. *Comes back*: logged in, and
  has not asked for anything since.
- *Afterwards*: once the store answers again.
- A number is an HTTP status. Each 503 sets no cookie and says \`Retry-After: 1\`. What it answers may
  have been done or not. What was answered as done is done, and still is afterwards, unless the table
  says otherwise.
- No store call takes longer than the budget of its request: \`STORE_DEADLINE_MS\`, 1600 here, 500
  unless you set it.
- In each outage 200 requests came at once, and all were answered. \`/healthz\` was 200, \`/readyz\`
  503 where nobody was served and 200 where anybody was. Only while the table was locked it was 200
  until enough requests had come to take all connections.

What this does not show: a power cut. \`SIGKILL\` ends a process, but the system still writes what it
was given. Without power, Redis loses what it had not flushed: with \`everysec\` a second or two.
A failover of Postgres is [a page of its own](standby.md), and so is [one of Redis](failover.md).

`;

const TIMES = '## How soon';
const TIMES_HEAD = `${TIMES}

Seen on one machine and rounded up. Another run differs, so that no test compares what follows.

`;

/** What a run has seen, and on what. */
export interface Seen {
  versions: readonly string[];
  seen: readonly Observation[];
}

/** The document, out of what a run has shown. */
export function outagesDocument({ versions, seen }: Seen): string {
  const tables = Object.entries(SECTIONS).map(
    ([title, rows]) => `## ${title}\n\n${table(rows, seen, sayOutage, true)}\n`,
  );
  const on = `\nSeen with ${[...new Set(versions)].join(', ')}.\n`;
  return `${HEAD}${tables.join('')}${TIMES_HEAD}${timesTables(seen)}${on}`;
}

/** An outage as a title. */
export function titleOf(wanted: Outage): string {
  for (const [section, rows] of Object.entries(SECTIONS)) {
    const label = Object.entries(rows).find(([outage]) => outage === wanted)?.[1];
    if (label) return `${section}: ${label}`;
  }
  throw new Error(`${wanted} has no title`);
}

/** The times of a run. */
export function timesTables(seen: readonly Observation[]): string {
  return (
    'How long somebody waited for an answer at most, while five people asked at once:\n\n' +
    timesTable(seen, ({ slowestMs }) => slowestMs) +
    '\nHow long it took from the moment at which the store answered again to the first change that ' +
    'was\ntaken and a `/readyz` that names nothing as down; for the app, from its start:\n\n' +
    timesTable(seen, ({ recoveryMs }) => recoveryMs)
  );
}

function timesTable(
  seen: readonly Observation[],
  timesOf: (observation: Observation) => readonly number[],
): string {
  const timed = seen.filter((each) => timesOf(each).length > 0);
  const rows = Object.values(SECTIONS)
    .flatMap((section) => Object.keys(section) as Outage[])
    .filter((outage) => timed.some((each) => each.outage === outage))
    .map((outage) => [outage, titleOf(outage)]);
  return table(Object.fromEntries(rows), timed, (each) => sayRange(timesOf(each)), false);
}

/** A column an example; with `merge`, one for all that read the same. */
function table(
  rows: Readonly<Record<string, string>>,
  seen: readonly Observation[],
  say: (observation: Observation) => string,
  merge: boolean,
): string {
  const outages = Object.keys(rows);
  const columns = new Map<string, { examples: string[]; cells: string[] }>();
  for (const example of EXAMPLES) {
    const cells = outages.map((outage) => {
      const found = seen.find((each) => each.example === example && each.outage === outage);
      return found ? say(found) : '–';
    });
    if (cells.every((cell) => cell === '–')) continue;
    const key = merge ? cells.join('|') : example;
    const column = columns.get(key) ?? { examples: [], cells };
    column.examples.push(example);
    columns.set(key, column);
  }
  const all = [...columns.values()];
  return markdownTable([
    ['', ...all.map(({ examples }) => examples.join(', '))],
    ...outages.map((outage, index) => [
      rows[outage] ?? '',
      ...all.map(({ cells }) => cells[index] ?? ''),
    ]),
  ]);
}

const results = seenIn<Seen>('outages', EXAMPLES);

/** Leaves what was seen of an example where the document is made from. */
export const leaveSeen = results.leave;
export const forgetSeen = results.forget;

/** What a run has left. @returns undefined unless each example has been through its outages. */
export function readSeen(): Seen | undefined {
  const all = results.read();
  return (
    all && {
      versions: all.flatMap(({ versions }) => versions),
      seen: all.flatMap(({ seen }) => seen),
    }
  );
}

/** @returns one sentence when the file is not what this run has shown, its times apart. */
export function compareOutagesFile(
  found: Seen,
  file = readDocument(OUTAGES_FILE),
): string | undefined {
  const full: Outage = 'postgres-full';
  const isTried = found.seen.some(({ outage }) => outage === full);
  const compared = (document: string) =>
    (document.split(TIMES)[0] ?? '')
      .split('\n')
      .filter((line) => isTried || !line.startsWith(`| ${SECTIONS.Postgres[full]} |`))
      .join('\n');
  if (compared(file) === compared(outagesDocument(found))) return undefined;
  return `${OUTAGES_FILE} is not what this run has shown: npm run outages writes it`;
}
