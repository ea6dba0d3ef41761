// docs/standby.md: what a failover to a standby costs. Written out of what the slow tests have seen,
// so that it says nothing else.
import { markdownTable, readDocument } from './documents.ts';
import { sayRange } from './outage-words.ts';
import { seenIn } from './seen.ts';

export const STANDBY_FILE = 'docs/standby.md';
const EXAMPLES = ['postgres', 'hybrid'];

/** How the standby stood to the primary. `behind`: it had heard nothing for a moment. */
export type Replication = keyof typeof TITLES;

const TITLES = {
  synchronous: 'synchronous (`synchronous_standby_names=*`, `synchronous_commit=on`)',
  asynchronous: 'asynchronous',
  behind: 'asynchronous, and the standby had heard nothing for a second or more',
} as const satisfies Record<string, string>;

/** One failover, and what it did to users. */
export interface Failover {
  example: string;
  replication: Replication;
  /** From the death of the primary to the first login that was confirmed after it. */
  recoveryMs: number;
  /** Of so many requests, those that were not answered, or by 5xx. */
  failed: number;
  requests: number;
  /** Confirmed logins that were no session afterwards. */
  lostLogins: number;
  /** Confirmed logouts after which the old cookie worked again. */
  undoneLogouts: number;
}

const HEAD = `# What a Postgres standby saves, and what it does not

A standby is a second Postgres that repeats what the first one, the primary, does. When the primary
dies somebody promotes it, and it takes the place. [These tests](../packages/acceptance/standby) do
that with real servers: 24 users log in, read, change their carts and log out all the time, the
primary is killed (\`SIGKILL\`), the standby is promoted, and afterwards every session that ever was is
looked at. \`npm run outages\` writes this file out of the last \`npm run test:all\`, which fails when it
sees something else. \`npm run lab:failover\` plays two of them before your eyes.

## Both in one setting

\`\`\`
DATABASE_URL=postgres://app:password@db1:5432,db2:5432/shop?target_session_attrs=read-write
\`\`\`

All connections go to one host, until it cannot be reached or takes no writes; then to the next. A
server that takes no writes is never used, whatever else it answers: until the standby is promoted,
the answer is 503. When a write is refused because the server has become read-only, all connections
of the pool are given up. \`MIGRATION_DATABASE_URL\` may name both as well. In production each host
needs \`sslmode=verify-full\`, or is on loopback.

Nothing here decides *when* to promote, or keeps an old primary that comes back from taking writes:
two servers that both take writes are two truths, and the app would believe either. That is the work
of whatever runs the failover (Patroni, pg_auto_failover, the cloud's own).

## What is lost

`;

const TAIL = `
**Synchronous.** A login or a logout is confirmed once the standby has it. So the promoted standby has
all that anybody was told. The price: while no standby answers, nothing is confirmed. Logins, logouts
and changes get 503, and who is logged in goes on, [at first](../packages/acceptance/standby/replica-reads.test.ts):
a write that was given up still waits at the server and keeps its connection, and when all of
\`max_connections\` do, reads get 503 as well. After the standby is back, so is everything. With
[two standbys, of which one is enough](https://www.postgresql.org/docs/18/warm-standby.html#SYNCHRONOUS-REPLICATION-MULTIPLE-STANDBYS),
the death of one is not noticed; that was not tried here.

One trap: whoever ends such a wait with \`pg_cancel_backend\` makes Postgres report success, with a
warning, [though only the primary is known to have it](../packages/services/test/postgres-standby.test.ts).
A \`statement_timeout\` does not end it.

**Asynchronous.** A commit does not wait. What the standby has not received when the primary dies is
gone, though somebody was told that it is done. A lost login means to log in again. An undone logout
is worse: the session works again for whoever has kept its cookie, until its timeout; so does one that
was ended by a password change or an administrator. Who cannot say that nothing was lost ends all
sessions after the failover, as after a restored backup: \`endAllSessions\` of the helpers, \`npm run
end-sessions\` in [hybrid](../examples/hybrid/README.md). What the standby had received is not lost, and
nobody sees what is somebody else's: both are asserted.

**Hybrid.** A copy in Redis is believed for \`HYBRID_HOT_SECONDS\` at most, and only by the Redis that it
was given to. That still holds after a failover: a login that was lost works from its copy for so long,
and then [never again](../packages/acceptance/standby/hybrid-copies.test.ts). What does not hold is that a logout is for good, since Postgres decides, and the
promoted Postgres does not know of it. Redis cannot tell: the copy was deleted, and a session without a
copy is an ordinary one. So hybrid needs synchronous replication for its promise just as postgres does.

## Why sessions are not read from a standby

A standby that is asked for sessions ("a read replica takes the load") answers from what it has heard.
A logout that was confirmed by the primary is not among it yet: the old cookie goes on working there,
for as long as the standby is behind. [A test](../packages/acceptance/standby/replica-reads.test.ts)
shows it with a real one. Synchronous replication does not help: \`synchronous_commit=on\`
[waits](https://www.postgresql.org/docs/18/runtime-config-wal.html#GUC-SYNCHRONOUS-COMMIT) until the
standby has the change on disk, not until a query there sees it. Nor can a server on a standby count
wrong passwords or unknown cookies, since that writes.

## A pooler in between

PgBouncer in transaction mode lends a client another connection for each transaction. The whole HTTP
contract of the postgres example [passes behind it](../packages/acceptance/standby/pooler.test.ts)
(version 1.18, which knows nothing of prepared statements). Three things are needed:

- \`POSTGRES_PREPARED=0\`: no statement has a name then. With names, most logins
  [are 503 there](../packages/acceptance/standby/pooler.test.ts); without, each read is parsed and planned
  anew, which costs more than the read.
- \`ignore_startup_parameters = statement_timeout\`, or it refuses each connection. Then the pool gives up
  in its time, but Postgres works on for nobody: \`ALTER ROLE app SET statement_timeout = '1s'\` is twice
  the default budget.
- \`MIGRATION_DATABASE_URL\` goes straight to Postgres: migrations hold a lock for a whole connection.

`;

const NUMBERS = '## How much, and how soon';
const NUMBERS_HEAD = `${NUMBERS}

Seen on one machine, with two instances of the app, twice each. Another run differs, so that no
test compares what follows. The standby was promoted at once: who waits to be sure that the primary is
dead waits so much longer. *Recovery* is the time from the death to the first login that was confirmed
after it. Where the standby had heard nothing, the line between both was held for a second; the second
synchronous failover was the same.

`;

const results = seenIn<Failover[]>('standby', EXAMPLES);

export const leaveFailovers = results.leave;
export const forgetFailovers = results.forget;

/** What a run has left. @returns undefined unless each example was tried. */
export function readFailovers(): Failover[] | undefined {
  return results.read()?.flat();
}

export function standbyDocument(seen: readonly Failover[]): string {
  const rows = (['synchronous', 'behind'] as const).map((replication) => [
    TITLES[replication],
    ...EXAMPLES.map((each) => sayLoss(of(seen, each, replication))),
  ]);
  const words = markdownTable([['replication', ...EXAMPLES], ...rows]);
  return `${HEAD}${words}${TAIL}${NUMBERS_HEAD}${numbersTable(seen)}`;
}

function of(seen: readonly Failover[], example: string, replication: Replication): Failover[] {
  return seen.filter((each) => each.example === example && each.replication === replication);
}

function sayLoss(failovers: readonly Failover[]): string {
  const [logins, logouts] = [
    failovers.some(({ lostLogins }) => lostLogins > 0),
    failovers.some(({ undoneLogouts }) => undoneLogouts > 0),
  ];
  if (!logins && !logouts) return 'Nothing that was confirmed.';
  const lost = ['Confirmed logins are gone', 'confirmed logouts are undone'];
  return `${lost.filter((_, n) => [logins, logouts][n]).join(', ')}.`;
}

/** Of a run, for the terminal as well. */
export function numbersTable(seen: readonly Failover[]): string {
  const range = (all: readonly number[]) => [...new Set([Math.min(...all), Math.max(...all)])];
  const rows = EXAMPLES.flatMap((example) =>
    (Object.keys(TITLES) as Replication[]).map((replication) => {
      const all = of(seen, example, replication);
      const whole = (pick: (each: Failover) => number) => range(all.map(pick)).join(' to ');
      return [
        `${example}: ${TITLES[replication]}`,
        sayRange(all.map(({ recoveryMs }) => recoveryMs)),
        `${whole(({ failed }) => failed)} of ${whole(({ requests }) => requests)}`,
        whole(({ lostLogins }) => lostLogins),
        whole(({ undoneLogouts }) => undoneLogouts),
      ];
    }),
  );
  return markdownTable([
    ['', 'recovery', 'failed requests', 'logins lost', 'logouts undone'],
    ...rows,
  ]);
}

/** @returns one sentence when the file is not what this run has shown, its numbers apart. */
export function compareStandbyFile(
  seen: readonly Failover[],
  file = readDocument(STANDBY_FILE),
): string | undefined {
  const compared = (document: string) => document.split(NUMBERS)[0];
  if (compared(file) === compared(standbyDocument(seen))) return undefined;
  return `${STANDBY_FILE} is not what this run has shown: npm run outages writes it`;
}
