// Goes through an outage with a handful of people, and notes what each of them sees. Whatever has to
// hold in every outage is asserted here; what differs from store to store is only noted.
import { setTimeout as wait } from 'node:timers/promises';
import { expect, vi } from 'vitest';
import { type Answer, Browser, GRACE, replay } from '../src/browser.ts';
import type { Meanwhile, Observation } from '../src/report/outage-words.ts';
import { ExitedError, type ServerProcess } from '../src/server-process.ts';
import type { Scene } from './scenes.ts';
import { type Kind, type Stores, uses } from './stores.ts';

/** Far beyond any budget: only what hangs takes so long. */
const LIMIT_MS = 20_000;
const REPETITIONS = 3;
const BURST = 200;
/** Long enough for whoever tries again at growing intervals to have reached the longest. */
const OUTAGE_MS = 1500;

/** What was answered as done is done. */
const KEPT = { early: true, late: true, left: false };

type Seen = Omit<Observation, 'example'>;

/** The same outage several times: it has to look the same each time. */
export async function observe(shop: ServerProcess, stores: Stores, scene: Scene): Promise<Seen> {
  const all: Seen[] = [];
  for (let n = 0; n < REPETITIONS; n++) {
    all.push(await goThrough(shop, stores, scene, n === 0 ? BURST : 0));
  }
  const [first, ...others] = all;
  if (!first) throw new Error('nothing was seen');
  for (const { slowestMs, recoveryMs, ...other } of others) {
    expect({ ...other, slowestMs, recoveryMs }).toEqual({ ...first, slowestMs, recoveryMs });
  }
  return {
    ...first,
    slowestMs: all.flatMap(({ slowestMs }) => slowestMs),
    recoveryMs: all.flatMap(({ recoveryMs }) => recoveryMs),
  };
}

async function goThrough(
  shop: ServerProcess,
  stores: Stores,
  scene: Scene,
  burst: number,
): Promise<Seen> {
  await scene.prepare?.(stores);
  await untilReady(shop);
  const crowd = await gather(shop, () => scene.halfWay?.(stores));
  await vi.waitFor(
    async () => {
      await done(crowd.here.get('/profile'));
      expect(await stores.isAtHand(await crowd.here.cookieHeader())).toBe(true);
    },
    { timeout: LIMIT_MS, interval: 50 },
  );

  await scene.strike(stores);
  const begun = performance.now();
  const seen = await lookAround(shop, crowd, scene, stores, burst).finally(async () => {
    await wait(Math.max(0, begun + OUTAGE_MS - performance.now()));
    await scene.mend(stores);
  });
  const answeredAgain = performance.now();
  await untilServed(shop, crowd);
  const recoveryMs = [performance.now() - answeredAgain];

  const afterwards = await lookAgain(shop, crowd, seen);
  if (!scene.loses || uses(stores.example, 'postgres')) expect(afterwards).toEqual(KEPT);
  const { meanwhile, slowestMs } = seen;
  // Sessions that pile up would be ended by a later login, which looks at all of them before.
  for (const person of [crowd.here, crowd.back, crowd.late, crowd.leaving, seen.newcomer]) {
    await done(person.post('/logout'));
  }
  return { outage: scene.outage, meanwhile, afterwards, slowestMs: [slowestMs], recoveryMs };
}

/** The app dies. `start` starts it again, on the same port. */
export async function observeRestart(
  shop: ServerProcess,
  stores: Stores,
  start: (port: string) => Promise<ServerProcess>,
): Promise<Seen> {
  const crowd = await gather(shop, async () => undefined);
  await shop.kill();
  await expect(crowd.here.get('/healthz')).rejects.toThrow('ECONNREFUSED');

  const begun = performance.now();
  const again = await start(new URL(shop.url).port);
  await untilServed(again, crowd);
  const recoveryMs = [performance.now() - begun];
  const nobody = { here: 503, back: 503, change: 503, login: 503, logout: 503 };
  const seen = { meanwhile: nobody, slowestMs: 0, newcomer: new Browser(again.url) };
  const afterwards = await lookAgain(again, crowd, seen);
  if (stores.example !== 'memory') expect(afterwards).toEqual(KEPT);
  return { outage: 'app-killed', afterwards, slowestMs: [], recoveryMs };
}

/** The app is started while a store is away. `env` has it where nobody listens. */
export async function observeBoot(kind: Kind, start: () => Promise<ServerProcess>): Promise<Seen> {
  const outage = `${kind}-absent`;
  const waited = (output: string) => output.match(/^Waiting for /gm)?.length ?? 0;
  const ended = await start().catch((error: ExitedError) => error);
  if (!(ended instanceof ExitedError)) {
    const ready = await inTime(new Browser(ended.url).get('/readyz'));
    expect([ready.status, ready.json]).toEqual([200, expect.objectContaining({ [kind]: 'down' })]);
    // Not expect.poll: with tests beside this one it may not know which is its own.
    const isSaid = () => expect(ended.output()).toContain('Going on without it');
    await vi.waitFor(isSaid, { timeout: LIMIT_MS });
    const boot = { waited: waited(ended.output()), exitCode: undefined };
    return { outage, boot, slowestMs: [], recoveryMs: [] };
  }
  const lines = ended.output.trimEnd().split('\n');
  expect(lines.filter((line) => !line.startsWith('Waiting for '))).toEqual([
    expect.stringMatching(/^(Redis|Postgres) at \S+ cannot be reached \(.*\): start it, or set /),
  ]);
  const boot = { waited: waited(ended.output), exitCode: ended.exitCode ?? -1 };
  expect(boot.exitCode).toBe(69);
  return { outage, boot, slowestMs: [], recoveryMs: [] };
}

/** Until a change is taken, and no store is said to be down. */
async function untilServed(shop: ServerProcess, { here }: Crowd): Promise<void> {
  const isTaken = async () => {
    const { status } = await inTime(here.post('/cart', { item: 'plum' }));
    expect(status).not.toBe(503);
  };
  await vi.waitFor(isTaken, { timeout: LIMIT_MS, interval: 10 });
  await untilReady(shop);
}

async function untilReady(shop: ServerProcess): Promise<void> {
  const visitor = new Browser(shop.url);
  const isReady = async () => {
    const { status, json } = await inTime(visitor.get('/readyz'));
    expect([status, ...Object.values(json)]).not.toContain('down');
    expect(status).toBe(200);
  };
  await vi.waitFor(isReady, { timeout: LIMIT_MS, interval: 10 });
}

/** Those whom an outage happens to. */
interface Crowd {
  here: Browser;
  back: Browser;
  late: Browser;
  leaving: Browser;
  /** The cookies of the one who is leaving, and of the one who has left. */
  leavingCookie: string;
  leftCookie: string;
}

async function gather(
  shop: ServerProcess,
  halfWay: () => Promise<void> | undefined,
): Promise<Crowd> {
  const people = () => new Browser(shop.url);
  const [here, back, late, leaving, left] = [people(), people(), people(), people(), people()];
  // A login looks at all sessions of the user, after which the hybrid has them at hand.
  await done(back.logIn(GRACE));
  for (const person of [here, leaving, left]) await done(person.logIn());
  await done(here.post('/cart', { item: 'apple' }));
  await done(leaving.get('/profile'));
  const leftCookie = await left.cookieHeader();
  await done(left.get('/profile'));
  await halfWay();
  await done(left.post('/logout'));
  await done(late.logIn());
  return { here, back, late, leaving, leavingCookie: await leaving.cookieHeader(), leftCookie };
}

interface LookedAround {
  meanwhile: Meanwhile;
  slowestMs: number;
  newcomer: Browser;
}

/** What each of them sees while the store is away. */
async function lookAround(
  shop: ServerProcess,
  { here, back, leaving }: Crowd,
  { away, takesCrowd, connections }: Scene,
  stores: Stores,
  burst: number,
): Promise<LookedAround> {
  const newcomer = new Browser(shop.url);
  const visitor = new Browser(shop.url);
  const begun = performance.now();
  const answers = await all({
    here: here.get('/profile'),
    back: back.get('/profile'),
    change: here.post('/cart', { item: 'pear' }),
    login: newcomer.logIn(),
    logout: leaving.post('/logout'),
  });
  const slowestMs = performance.now() - begun;
  for (const answer of Object.values(answers)) expectHonest(answer);
  const meanwhile = Object.fromEntries(
    Object.entries(answers).map(([who, { status }]) => [who, status]),
  ) as unknown as Meanwhile;

  const isServing = Object.values(meanwhile).some((status) => status < 400);
  const calm = await inTime(visitor.get('/readyz'));
  if (!takesCrowd) expectReadiness(calm, isServing, stores.example === 'hybrid' ? away : []);

  // Nobody waits behind the others: not for an answer, and not for a connection without end.
  const crowd = Array.from({ length: burst }, (_, n) => (n % 2 ? here : back).get('/profile'));
  const answered = Promise.all(crowd.map(inTime));
  expect((await inTime(visitor.get('/healthz'))).status).toBe(200);
  const crowded = await inTime(visitor.get('/readyz'));
  if (burst > 0 && !isServing) expectReadiness(crowded, isServing, []);
  for (const answer of await answered) expectHonest(answer, ['store_unavailable', 'overloaded']);
  if (connections) {
    expect(await connections.count(stores)).toBeLessThanOrEqual(connections.atMost);
  }
  expect((await inTime(visitor.get('/'))).status).toBe(200);
  return { meanwhile, slowestMs, newcomer };
}

/** Whether what was answered as done is done. */
async function lookAgain(
  shop: ServerProcess,
  { here, back, late, leavingCookie, leftCookie }: Crowd,
  { meanwhile, newcomer }: LookedAround,
) {
  const isLoggedIn = async (answer: Promise<Answer>) => {
    const { status } = await inTime(answer);
    expect([200, 401]).toContain(status);
    return status === 200;
  };
  const early = await isLoggedIn(here.get('/profile'));
  expect(await isLoggedIn(back.get('/profile'))).toBe(early);
  const { items = [] } = (await inTime(here.get('/cart'))).json;
  if (early) expect(items).toEqual(expect.arrayContaining(['apple', 'plum']));
  if (early && meanwhile.change === 200) expect(items).toContain('pear');
  expect(await isLoggedIn(newcomer.get('/profile'))).toBe(meanwhile.login === 200);
  const isStillThere = await isLoggedIn(replay(shop.url, leavingCookie));
  if (meanwhile.logout === 204) expect(isStillThere).toBe(false);
  return {
    early,
    late: await isLoggedIn(late.get('/profile')),
    left: await isLoggedIn(replay(shop.url, leftCookie)),
  };
}

/**
 * Done, or 503 with all that belongs to it: nothing between, and never "you are logged out".
 *
 * @param codes why not: of many at once, some find that too many wait for the store already.
 */
export function expectHonest(
  { status, headers, json, setCookies }: Answer,
  codes = ['store_unavailable'],
): void {
  if (status === 200 || status === 204) return;
  expect({ status, setCookies }).toEqual({ status: 503, setCookies: [] });
  expect(codes).toContain(json.code);
  expect(headers['retry-after']).toMatch(json.code === 'overloaded' ? /^[123]$/ : /^1$/);
  expect(headers['content-type']).toContain('application/problem+json');
}

/** No traffic to where nothing works; and whoever works on one leg says so. */
function expectReadiness(ready: Answer, isServing: boolean, named: Scene['away']): void {
  expect(ready.status).toBe(isServing ? 200 : 503);
  if (isServing) {
    expect(ready.json).toMatchObject(Object.fromEntries(named.map((kind) => [kind, 'down'])));
  }
}

async function done(answer: Promise<Answer>): Promise<void> {
  expect([200, 204]).toContain((await inTime(answer)).status);
}

async function all<Name extends string>(answers: Record<Name, Promise<Answer>>) {
  const entries = Object.entries<Promise<Answer>>(answers);
  const got = await Promise.all(
    entries.map(async ([name, answer]) => [name, await inTime(answer)] as const),
  );
  return Object.fromEntries(got) as Record<Name, Answer>;
}

async function inTime<T>(answer: Promise<T>): Promise<T> {
  const stop = new AbortController();
  const late = wait(LIMIT_MS, undefined, { signal: stop.signal }).then(() => {
    throw new Error(`no answer within ${LIMIT_MS} ms`);
  });
  late.catch(() => undefined);
  return Promise.race([answer, late]).finally(() => stop.abort());
}
