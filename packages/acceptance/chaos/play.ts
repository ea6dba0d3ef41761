import { setTimeout as wait } from 'node:timers/promises';
import { USERS } from './accounts.ts';
import { check, type Violations } from './checker.ts';
import { FAULT_NAMES, type FaultName, type Planned, planFaults } from './faults.ts';
import type { Event } from './history.ts';
import { random } from './random.ts';
import { lookAtAll, RecordedStage, type StageParts } from './stage.ts';
import { type Stage, User } from './user.ts';
import { HOT_SECONDS, openWorld, type World } from './world.ts';

export interface Plan {
  seed: number;
  /** How many things users do, all together; most are one request. */
  operations: number;
  /** How often each kind of fault strikes. */
  faults: number;
  /** The server to try, a file of this folder: the hybrid example, or the naive control. */
  script: 'instance.ts' | 'naive.ts';
  /** Hears about it every now and then. */
  progress?: (line: string) => void;
}

export interface Outcome {
  violations: Violations;
  events: Event[];
  counts: Counts;
}

export interface Counts {
  faults: Record<FaultName, number>;
  requests: number;
  logins: number;
  logouts: number;
  /** Other ends of sessions that were confirmed: revocations, new ids. */
  otherEnds: number;
  /** Of all requests, and of those that no fault has touched: the share that was answered. */
  answered: number;
  answeredInPeace: number;
}

const PACE_MS = 250;

/** Plays one seed: users and faults at the same time, then peace, then everything is looked at. */
export async function play(plan: Plan): Promise<Outcome> {
  const { seed, operations, faults, script, progress = () => undefined } = plan;
  const world = await openWorld(script);
  try {
    const stage = new CountedStage({ instances: world.instances, paceMs: PACE_MS }, operations);
    const users = Array.from({ length: USERS }, (_, n) => new User(n, random(seed, n + 1), stage));
    const episodes = planFaults(random(seed), faults);
    const strike = async () => {
      for (const [number, episode] of episodes.entries()) {
        // Spread over all that happens, and some peace in between.
        while (stage.done < (operations * number) / episodes.length) await wait(50);
        await wait(300);
        progress(`${stage.done} operations, ${episode.map(({ name }) => name).join(' + ')}`);
        await strikeOnce(world, episode, stage);
      }
      stage.isOver = true;
    };
    await Promise.all([strike(), ...users.map((user) => user.play())]);

    progress('Peace. Every session that ever was is looked at, on each instance.');
    await wait(HOT_SECONDS * 1000 + 500);
    await lookAtAll(users, world.instances.length);
    const { events } = stage;
    const violations = check(events, await world.audit(), HOT_SECONDS * 1000);
    return { violations, events, counts: count(events) };
  } finally {
    await world.close();
  }
}

class CountedStage extends RecordedStage {
  done = 0;
  readonly #operations: number;

  constructor(parts: StageParts, operations: number) {
    super(parts);
    this.#operations = operations;
  }

  override next(): boolean {
    this.done += 1;
    return this.done <= this.#operations || !this.isOver;
  }
}

async function strikeOnce(world: World, faults: readonly Planned[], stage: Stage): Promise<void> {
  const began = stage.now();
  await Promise.all(
    faults.map(async ({ afterMs, lastsMs, begin, end }) => {
      await wait(afterMs);
      await begin(world);
      await wait(lastsMs);
      await end(world);
    }),
  );
  await world.untilWell();
  for (const { name } of faults) {
    stage.record({ kind: 'fault', what: name, began, ended: stage.now() });
  }
}

function count(events: readonly Event[]): Counts {
  const faults = events.filter((event) => event.kind === 'fault');
  const requests = events.filter((event) => event.kind === 'request');
  const peaceful = requests.filter(
    (request) =>
      !faults.some((fault) => fault.began < request.ended && request.began < fault.ended),
  );
  const ends = events.filter((event) => event.kind === 'end').filter((end) => end.confirmed);
  const share = (some: typeof requests) => some.filter(({ ok }) => ok).length / some.length;
  return {
    faults: Object.fromEntries(
      FAULT_NAMES.map((name) => [name, faults.filter(({ what }) => what === name).length]),
    ) as Counts['faults'],
    requests: requests.length,
    logins: events.filter(({ kind }) => kind === 'login').length,
    logouts: ends.filter(({ how }) => how === 'logout').length,
    otherEnds: ends.filter(({ how }) => how !== 'logout').length,
    answered: share(requests),
    answeredInPeace: share(peaceful),
  };
}
