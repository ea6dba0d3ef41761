// The primary dies in the middle of everything, and the standby takes over: what users were told
// before is compared with what is true afterwards.
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { USERS } from '../chaos/accounts.ts';
import { check, type Violations } from '../chaos/checker.ts';
import type { Event } from '../chaos/history.ts';
import { random } from '../chaos/random.ts';
import { lookAtAll, RecordedStage } from '../chaos/stage.ts';
import { User } from '../chaos/user.ts';
import { type Failover, leaveFailovers, type Replication } from '../src/report/standby.ts';
import { HOT_SECONDS, openPair, SYNCHRONOUS } from './pair.ts';

vi.setConfig({ testTimeout: 5 * 60_000 });

const ROUNDS = 2;
const INSTANCES = 2;
const PACE_MS = 150;
const LOAD_MS = 2000;
/** For how long the standby hears nothing before the primary dies. */
const HELD_MS = 1000;

type Seen = Omit<Failover, 'example'>;

// One example after the other: the load of one is what the other would be measured by.
describe.each(['postgres', 'hybrid'])('%s', (example) => {
  const all: Seen[] = [];

  it('with synchronous replication no confirmed login is lost, and no confirmed logout undone', async () => {
    const seen: Seen[] = []; // a first try that fails has seen nothing
    for (let round = 0; round < ROUNDS; round += 1) {
      // Every other time as far behind as below, or this would be chance.
      const { violations } = await failOver(example, 'synchronous', seen, round % 2 === 1);
      expect(violations).toEqual(NOTHING);
    }
    all.push(...seen);
  });

  it('with asynchronous replication nobody sees what is not theirs; what is lost is counted', async () => {
    const seen: Seen[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const { violations } = await failOver(example, 'asynchronous', seen);
      expect(violations.crossUser).toEqual([]);
    }
    all.push(...seen);
  });

  it('what a standby had not heard of is lost: logins, and logouts; what it had heard of is not', async () => {
    const seen: Seen[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const { violations, events, heldFrom } = await failOver(example, 'behind', seen);
      expect(violations.crossUser).toEqual([]);
      expect(violations.lostLogins).not.toEqual([]);
      expect(violations.resurrectedLogouts).not.toEqual([]);
      // Nothing of all that was confirmed before is among it.
      expect(check(until(events, heldFrom), [], 0)).toMatchObject({
        lostLogins: [],
        resurrectedLogouts: [],
      });
    }
    all.push(...seen);
  });

  it('all was seen: npm run outages writes it down', () => {
    expect(all.length).toBe(3 * ROUNDS);
    leaveFailovers(
      example,
      all.map((each) => ({ example, ...each })),
    );
  });
});

const NOTHING: Violations = {
  lostLogins: [],
  resurrectedLogouts: [],
  crossUser: [],
  audit: [],
  lostWrites: [],
};

/** Whatever was answered from then on is unknown to who reads this. */
function until(events: readonly Event[], moment: number): Event[] {
  const known = (session: string) =>
    events.some((e) => e.kind === 'login' && e.session === session && e.ended < moment);
  return events.flatMap((event): Event[] => {
    if (event.kind === 'read') return known(event.session) ? [event] : [];
    if (event.kind === 'end') {
      return [event.ended < moment ? event : { ...event, confirmed: false }];
    }
    return event.kind === 'login' && event.ended >= moment ? [] : [event];
  });
}

async function failOver(
  example: string,
  replication: Replication,
  seen: Seen[],
  isHeld = replication === 'behind',
) {
  const pair = await openPair(example, replication === 'synchronous' ? SYNCHRONOUS : {});
  onTestFinished(() => pair.close());
  const instances = [];
  for (let n = 0; n < INSTANCES; n += 1) instances.push(await pair.start());

  const stage = new RecordedStage({ instances, paceMs: PACE_MS });
  const { events } = stage;
  const users = Array.from(
    { length: USERS },
    (_, n) => new User(n, random(seen.length, n + 1), stage),
  );
  const strike = async () => {
    await wait(LOAD_MS);
    const heldFrom = stage.now();
    if (isHeld) {
      await pair.untilCaughtUp();
      pair.replication.hold();
      await wait(HELD_MS);
    }
    await pair.primary.kill();
    const struck = stage.now();
    await pair.standby.promote();
    const first = () => events.find((e) => e.kind === 'login' && e.began > struck);
    await expect.poll(first, { timeout: 60_000 }).toBeDefined();
    const recovered = first()?.ended ?? Number.NaN;
    await wait(LOAD_MS);
    stage.isOver = true;
    return { heldFrom, struck, recoveryMs: recovered - struck };
  };
  const [{ heldFrom, struck, recoveryMs }] = await Promise.all([
    strike(),
    ...users.map((user) => user.play()),
  ]);
  if (example === 'hybrid') await wait(HOT_SECONDS * 1000); // no copy is older
  await lookAtAll(users, INSTANCES);

  const violations = check(events, await pair.audit(), HOT_SECONDS * 1000);
  const requests = events.filter((event) => event.kind === 'request');
  seen.push({
    replication,
    recoveryMs,
    failed: requests.filter(({ ok, ended }) => !ok && ended > struck).length,
    requests: requests.length,
    lostLogins: violations.lostLogins.length,
    undoneLogouts: violations.resurrectedLogouts.length,
  });
  await pair.close();
  return { violations, events, heldFrom };
}
