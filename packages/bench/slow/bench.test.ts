// The harness itself, on real servers and stores. How fast they are is not tested.
import { expect, it } from 'vitest';
import { closing, type Open } from '../../lab/src/stories/stage.ts';
import { plots } from '../src/plots.ts';
import { full, quick } from '../src/profiles.ts';
import { report } from '../src/report.ts';
import { cellsOf, problems, type Results } from '../src/results.ts';
import { contestants } from '../src/servers.ts';
import {
  benchClientCache,
  benchPrune,
  benchRequests,
  benchSizes,
  benchUsers,
  type Options,
  type StageName,
} from '../src/stages.ts';

/** The last that a stage has saved. */
async function run<Name extends StageName>(
  stage: (open: Open, options: Options<Name>) => Promise<void>,
  options: Partial<Options<Name>> = {},
): Promise<NonNullable<Results[Name]>> {
  const saved: NonNullable<Results[Name]>[] = [];
  const progress = () => undefined;
  const save = (part: NonNullable<Results[Name]>) => void saved.push(structuredClone(part));
  await closing((open) => stage(open, { plan: 'quick', progress, save, ...options }));
  const last = saved.at(-1);
  if (!last) throw new Error('nothing was saved');
  return last;
}

it('a benchmark measures every server under every load, and each answers only 200', async () => {
  const mixed = full.profiles.filter(({ name }) => name === 'write-heavy');
  const profiles = [...quick.profiles, ...mixed].map((profile) => ({
    ...profile,
    until: profile.fresh ? { requestsEach: 4 } : { seconds: 1 },
  }));
  const plan = { ...quick, leavesOut: [], rounds: 1, warmUpSeconds: 0.3, profiles };
  // A busy machine must not make a healthy store look dead.
  const env = { STORE_DEADLINE_MS: '60000' };
  const told: number[] = [];
  const progress = (done: number) => void told.push(done);
  const results = await run<'requests'>((open, options) => benchRequests(open, plan, options), {
    env,
    progress,
  });

  expect(problems(results.cells)).toEqual([]);
  for (const { name } of contestants) {
    for (const profile of profiles) {
      const [cell, ...more] = cellsOf(results.cells, name, profile.name);
      expect(more, name).toEqual([]);
      expect(cell?.statuses['200'], name).toBeGreaterThan(0);
      if ('requestsEach' in profile.until) {
        expect(cell?.statuses['200'], name).toBe(profile.until.requestsEach * profile.connections);
      }
    }
  }
  expect(told).toEqual([...told].sort((a, b) => a - b));
  expect(told.at(-1)).toBeLessThan(1);
  for (const { guard, microseconds } of results.guards) {
    expect(microseconds, guard).toBeGreaterThan(0);
  }
  for (const { title } of contestants) expect(report({ requests: results })).toContain(title);
  expect(plots({ requests: results }).size).toBe(profiles.length + 1);

  // What each server does was seen by its store, and by no other's.
  const seen = (name: string) => {
    const [cell] = cellsOf(results.cells, name, 'read-50');
    const commands = Object.entries(cell?.redisCommands ?? {});
    const often = commands
      .filter(([, count]) => Math.round(count) === 1)
      .map(([command]) => command);
    return [often.sort().join(' '), Math.round(cell?.postgresStatements ?? -1)];
  };
  expect(seen('express')).toEqual(['', 0]);
  expect(seen('memory')).toEqual(['', 0]);
  expect(seen('redis')).toEqual(['GET', 0]);
  expect(seen('hybrid')).toEqual(['EVAL GETEX INFO', 0]);
  expect(seen('stock-redis')).toEqual(['EXPIRE GET', 0]);
  expect(seen('postgres')).toEqual(['', 1]);
  expect(seen('stock-postgres')).toEqual(['', 2]);
  const [mixture] = cellsOf(results.cells, 'stock-redis', 'write-heavy');
  expect(mixture?.redisCommands).toMatchObject({ GET: 1, EXPIRE: 0.5, SET: 0.5 });
}, 600_000);

it('people who click now and then are all answered, and how long it takes is measured', async () => {
  const crowd = { name: 'users-20', title: 'twenty', people: 20, perSecond: 40, seconds: 1 };
  const leavesOut = contestants
    .map(({ name }) => name)
    .filter((name) => !['koa', 'postgres'].includes(name));
  const plan = { name: 'quick', rounds: 1, leavesOut, crowds: [crowd] } as const;
  const env = { STORE_DEADLINE_MS: '60000' };
  const users = await run<'users'>((open, options) => benchUsers(open, plan, options), { env });
  expect(problems(users.cells)).toEqual([]);
  expect(users.cells.map(({ server }) => server)).toEqual(['koa', 'postgres']);
  for (const { statuses, medianMs, p99Ms } of users.cells) {
    expect(statuses['200']).toBe(40);
    expect(medianMs).toBeGreaterThan(0);
    expect(p99Ms).toBeGreaterThanOrEqual(medianMs);
  }
});

it('a session takes its record and some more, in each store, whatever the number', async () => {
  const plan = { recordBytes: [700, 3000], sessions: [1000, 3000] };
  const { sizes } = await run<'sizes'>((open, options) => benchSizes(open, plan, options));
  expect(sizes).toHaveLength(4 * 2 * 2);
  for (const { server, recordBytes, bytes } of sizes) {
    expect(bytes, server).toBeGreaterThan(recordBytes);
    expect(bytes, server).toBeLessThan(10 * recordBytes);
  }
}, 300_000);

it('expired rows are gone in the end, and meanwhile it is served', async () => {
  const { prunes } = await run<'prune'>((open, options) => benchPrune(open, 1000, options));
  expect(prunes.map(({ server }) => server)).toEqual(['stock-postgres', 'postgres']);
  for (const { server, seconds, isOver } of prunes) {
    expect(isOver, server).toBe(true);
    expect(seconds.length, server).toBeGreaterThan(1); // the first one is before the prune
    expect(seconds.at(-1)?.perSecond, server).toBeGreaterThan(0);
  }
}, 600_000);

it('a cache in the client asks nothing, and hears of no logout when its line is dead', async () => {
  const plan = { sessions: 20, readsEach: 20, logouts: 5, limitMs: 4000 };
  const { reads, logouts, deadLine } = await run<'client-cache'>((open, options) =>
    benchClientCache(open, plan, options),
  );
  expect(reads.map(({ commands }) => commands)).toEqual([1, 0]);
  expect(logouts.map(({ unseenMs }) => unseenMs.length)).toEqual([5, 5]);
  const [asInReadme, asked] = deadLine;
  expect(asInReadme?.isGone).toBe(false);
  expect(asked?.isGone).toBe(true);
  expect(asked?.unseenMs).toBeGreaterThan(0);
});
