// Moving house while everybody is at home: from Postgres to Redis and back, by rolling deploys.
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { check } from '../chaos/checker.ts';
import { random } from '../chaos/random.ts';
import { lookAtAll, RecordedStage } from '../chaos/stage.ts';
import { User } from '../chaos/user.ts';
import { type Fleet, openFleet } from '../rolling/fleet.ts';
import { Browser, replay } from '../src/browser.ts';
import { runMove, startMove } from './run-move.ts';
import { BACK, FIRST, HOT_SECONDS, type Step, THERE } from './steps.ts';
import { type BothStores, openBothStores } from './stores.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 180_000 });

const INSTANCES = 2;
const USERS = 8;
/** Sessions of people who do not come while it moves. */
const ASLEEP = 300;

let stores: BothStores;
let fleet: Fleet;
const asleep: string[] = [];

const release = (step: Step) => ({ ...step, env: { ...stores.env, ...step.env } });
const door = () => fleet.instances[0]?.url ?? '';

beforeEach(async () => {
  asleep.length = 0;
  stores = await openBothStores();
  fleet = await openFleet(INSTANCES, release(FIRST));
  await Promise.all(
    Array.from({ length: ASLEEP }, async (_, number) => {
      const browser = new Browser(door());
      await browser.post('/cart', { item: `apple ${number}` });
      asleep.push(await browser.cookieHeader());
    }),
  );
});

afterEach(async () => {
  await fleet?.close();
  await stores?.close();
});

/** Plays the steps while people are at it, and looks at the end what they were told. */
async function playSteps(steps: readonly Step[], seed: number) {
  // Whoever tries an ended session everywhere tries it as often as there are instances.
  const instances = Array.from({ length: INSTANCES }, () => fleet.instances).flat();
  const stage = new RecordedStage({ instances, paceMs: 60, patienceMs: 30_000 });
  const users = Array.from({ length: USERS }, (_, n) => new User(n, random(seed, n), stage));
  const playing = Promise.all(users.map((user) => user.play()));
  for (const step of steps) {
    await fleet.deploy(release(step));
    if (step.moves) await move(step);
    if (step.env['HYBRID_HOT_SECONDS']) await wait(HOT_SECONDS * 1000);
  }
  stage.isOver = true;
  await playing;
  await lookAtAll(users);
  const { events } = stage;
  expect(events.filter((event) => event.kind === 'request' && !event.ok)).toEqual([]);
  const { audit: _, ...violations } = check(events, [], HOT_SECONDS * 1000);
  const none = { lostLogins: [], resurrectedLogouts: [], crossUser: [], lostWrites: [] };
  expect(violations).toEqual(none);
  expect(events.filter(({ kind }) => kind === 'login').length).toBeGreaterThan(20);
}

/** Kills the move when it has begun; then begins it anew. */
async function move(step: Step) {
  const { env } = release(step);
  const first = startMove(env);
  await once(first.stdout, 'data');
  first.kill('SIGKILL');
  expect(await runMove(env)).toMatch(/^\d+ moved, 0 left, 0 that no secret opens\.$/);
}

/** Those who slept meanwhile. */
async function wakeUp() {
  const answers = await Promise.all(asleep.map((cookie) => replay(door(), cookie, '/cart')));
  expect(answers.filter(({ json }) => /^apple \d+$/.test(json.items[0]))).toHaveLength(ASLEEP);
}

it('from Postgres to the hybrid to Redis, and back: nobody is logged out, nobody comes back', async () => {
  await playSteps(THERE, 1);
  expect(await stores.count()).toMatchObject({ postgres: 0 });
  await wakeUp();
  await playSteps(BACK, 2);
  expect(await stores.count()).toMatchObject({ redis: 0 });
  await wakeUp();
});

it('turned back in the middle: nobody notices either', async () => {
  const middle = THERE.findIndex(({ moves }) => moves);
  await playSteps([...THERE.slice(0, middle + 1), ...BACK], 3);
  expect(await stores.count()).toMatchObject({ redis: 0 });
  await wakeUp();
});
