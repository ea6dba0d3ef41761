// docs/failover.md: what a failover to a replica costs, written out of what the slow tests have seen.
import { markdownTable, readDocument } from './documents.ts';
import { sayRange } from './outage-words.ts';
import { seenIn } from './seen.ts';

export type Kind = 'Sentinel' | 'Cluster';
/** Whether the replicas have heard everything when the primary is killed; and who waits for them. */
export type Scene = 'in step' | 'behind' | 'behind, waiting';

export const KINDS: readonly Kind[] = ['Sentinel', 'Cluster'];
export const SCENES: readonly Scene[] = ['in step', 'behind', 'behind, waiting'];
const RUNS = { 'in step': 2, behind: 2, 'behind, waiting': 1 };
const EXAMPLES = ['redis', 'koa', 'hybrid'];

/** What an example goes through, and how often. Hybrid has nothing to wait for. */
export function scenesOf(example: string): (readonly [scene: Scene, runs: number])[] {
  const scenes = SCENES.filter((scene) => example !== 'hybrid' || scene !== 'behind, waiting');
  return scenes.map((scene) => [scene, RUNS[scene]] as const);
}

/** One failover, as the users of one example saw it. */
export interface Failover {
  example: string;
  kind: Kind;
  scene: Scene;
  requests: number;
  failed: number;
  recoveryMs: number;
  /** Logins that were answered 200, that nobody ended, and that are gone. */
  lostLogins: number;
  /** Logouts that were answered 204, and whose cookie works afterwards. */
  undoneLogouts: number;
  /** Logins and logouts that were refused while the primary was there, and its replicas not. */
  refusedLogins: number;
  refusedLogouts: number;
}

export const FAILOVER_FILE = 'docs/failover.md';

const HEAD = `# What a failover of Redis costs your users

With \`REDIS_SENTINELS\` and \`REDIS_SENTINEL_NAME\`, or with \`REDIS_CLUSTER\`, in the place of
\`REDIS_URL\`, redis, koa and hybrid follow Redis from a primary that dies to a replica; their code is
the same. [These tests](../packages/acceptance/failover) kill the primary (\`SIGKILL\`) while two dozen
users log in, read, change and log out on two instances. Sentinel: a primary, two replicas, three
Sentinels, \`down-after-milliseconds\` 1000. Cluster: three primaries with a replica each,
\`cluster-node-timeout\` 1000; one primary is killed. \`npm run outages\` writes this file out of the
last \`npm run test:all\`, which fails when it sees something else. \`npm run lab:failover\` plays one
before your eyes.

Redis answers before its replicas have heard of it. So there are two cases: replicas *in step* with the
primary, as they mostly are, and replicas that were *behind*, here by half a second of a broken line.
Redis and koa can be told to wait for replicas, before they say that somebody is logged in or out.

## What is lost when the replicas are behind

`;

const NUMBERS = '## How much, and for how long';
const NUMBERS_HEAD = `
Where Redis holds the sessions, what the replica has missed is gone: a login that was answered 200 is
no session, and a cookie whose logout was answered 204 works again, until its time is up. Hybrid keeps
them in Postgres. Its copies in Redis begin with the \`run_id\` of the process that they were given to,
and a replica that is promoted believes none that it did not get itself: see
[\`redis-copies.ts\`](../packages/security-helpers/src/redis/redis-copies.ts).

No test shows a primary that is cut off and lives on beside the new one. What it answers to those
who still reach it is lost, or old. \`min-replicas-to-write 1\` in its settings, with
\`min-replicas-max-lag\` shorter than the Sentinels' \`down-after-milliseconds\`, makes it refuse; hybrid
then believes none of its copies either.

## With \`REDIS_WAIT_REPLICAS\`

Then redis and koa answer a login, a logout and whatever else ends a session only when so many replicas
have acknowledged it: above, under *waiting*, all of them, two with Sentinel and one on the cluster. If
they have not within a third of \`STORE_DEADLINE_MS\`, and a second at most, it is 503. Requests that
only read a session, change it or renew its id wait for nobody: a change may be lost, and what was
renewed just before. The default is 0: nothing is waited for. A login costs four commands more, and a
logout two, on a connection of their own:
[\`replicas.ts\`](../packages/security-helpers/src/redis/replicas.ts) says why, and
[these tests](../packages/acceptance/test/redis.replicas.test.ts) count them.

- [\`WAIT\`](https://redis.io/docs/latest/commands/wait/) is no consensus. It makes a loss less likely:
  with one of two replicas, the other may be the one that is promoted. Only hybrid promises.
- What was refused has happened all the same on the server that was asked: the cookie of a logout that
  was answered 503 does not work any more there. A failover may bring it back. Who tries again is
  refused again, until the replicas have it.
- While there are fewer replicas than it waits for, every login and every logout is a 503: above, until
  the server that was killed is back, as a replica of the one that has taken over.

${NUMBERS}

Seen on one machine, twice each, *waiting* once. Another run differs, so that no test compares what
follows. The time is from the kill to the last request that failed. Of hybrid only logouts fail, and
what ends sessions.

`;

/** The document, out of what a run has shown. */
export function failoverDocument(seen: readonly Failover[]): string {
  const loss = EXAMPLES.flatMap((example) =>
    scenesOf(example)
      .filter(([scene]) => scene !== 'in step')
      .map(([scene]) => [
        example + scene.replace('behind', ''),
        ...KINDS.map((kind) => sayLoss(of(seen, { example, kind, scene }))),
      ]),
  );
  const goesThrough = (scene: Scene) => (example: string) =>
    scenesOf(example).some(([each]) => each === scene);
  const numbers = KINDS.flatMap((kind) =>
    SCENES.flatMap((scene) =>
      EXAMPLES.filter(goesThrough(scene)).map((example) => {
        const found = of(seen, { example, kind, scene });
        return [
          `${kind}, ${scene}`,
          example,
          range(found.map(({ failed }) => failed)),
          range(found.map(({ requests }) => requests)),
          sayRange(found.map(({ recoveryMs }) => recoveryMs)),
          range(found.map(({ lostLogins }) => lostLogins)),
          range(found.map(({ undoneLogouts }) => undoneLogouts)),
        ];
      }),
    ),
  );
  const titles = ['', '', 'failed', 'of requests', 'for', 'logins lost', 'logouts undone'];
  return `${HEAD}${markdownTable([['', ...KINDS], ...loss])}${NUMBERS_HEAD}${markdownTable([titles, ...numbers])}`;
}

export function sayLoss(found: readonly Failover[]): string {
  if (found.length === 0) return '–';
  const logins = found.some(({ lostLogins }) => lostLogins > 0);
  const logouts = found.some(({ undoneLogouts }) => undoneLogouts > 0);
  if (logins && logouts) return 'Logins are lost, and logouts are undone.';
  if (logins) return 'Logins are lost.';
  if (logouts) return 'Logouts are undone.';
  const isRefused = ({ scene, refusedLogins, refusedLogouts }: Failover) =>
    scene === 'behind, waiting' && refusedLogins > 0 && refusedLogouts > 0;
  return found.some(isRefused) ? 'Nothing: logins and logouts are refused.' : 'Nothing.';
}

function of(seen: readonly Failover[], wanted: Pick<Failover, 'example' | 'kind' | 'scene'>) {
  return seen.filter(
    ({ example, kind, scene }) =>
      example === wanted.example && kind === wanted.kind && scene === wanted.scene,
  );
}

function range(numbers: readonly number[]): string {
  if (numbers.length === 0) return '–';
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  return least === most ? String(least) : `${least} to ${most}`;
}

const namesOf = (kind: Kind) => EXAMPLES.map((example) => `${kind}-${example}`);
const results = seenIn<Failover[]>('failover', KINDS.flatMap(namesOf));

export const leaveRedisFailovers = (kind: Kind, example: string, seen: Failover[]) =>
  results.leave(`${kind}-${example}`, seen);
export const forgetRedisFailovers = results.forget;

/** What a run has left. @returns undefined unless each example has been through all. */
export function readRedisFailovers(): Failover[] | undefined {
  return results.read()?.flat();
}

/** @returns one sentence when the file is not what this run has shown, its numbers apart. */
export function compareFailoverFile(
  seen: readonly Failover[],
  file = readDocument(FAILOVER_FILE),
): string | undefined {
  const compared = (document: string) => document.split(NUMBERS)[0];
  if (compared(file) === compared(failoverDocument(seen))) return undefined;
  return `${FAILOVER_FILE} is not what this run has shown: npm run outages writes it`;
}
