// The harness itself, on real servers and stores. How fast they are is not tested.
import { expect, it } from 'vitest';
import { closing } from '../../lab/src/stories/stage.ts';
import { bench, benchPrune, benchSizes } from '../src/bench.ts';
import { plots } from '../src/plots.ts';
import { quick } from '../src/profiles.ts';
import { report } from '../src/report.ts';
import { cellsOf, problems } from '../src/results.ts';
import { contestants } from '../src/servers.ts';

it('a benchmark measures every server under every load, and each answers only 200', async () => {
  const profiles = quick.profiles.map((profile) => ({
    ...profile,
    until: profile.fresh ? { requestsEach: 3 } : { seconds: 1 },
  }));
  const plan = { ...quick, leavesOut: [], rounds: 1, warmUpSeconds: 0.3, profiles };
  // A busy machine must not make a healthy store look dead.
  const env = { STORE_DEADLINE_MS: '60000' };
  const told: number[] = [];
  const progress = (done: number) => void told.push(done);
  const results = await closing((open) => bench(open, { plan, env, progress }));

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
  for (const { title } of contestants) expect(report(results)).toContain(title);
  expect(plots(results).size).toBe(profiles.length + 1);

  // What each server does was seen by its store, and by no other's.
  const seen = (name: string) => {
    const [cell] = cellsOf(results.cells, name, 'read-50');
    return [cell?.redisCommands, cell?.postgresStatements].map((count) => Math.round(count ?? -1));
  };
  expect(seen('express')).toEqual([0, 0]);
  expect(seen('memory')).toEqual([0, 0]);
  expect(seen('redis')).toEqual([1, 0]);
  expect(seen('stock-redis')).toEqual([2, 0]);
  expect(seen('postgres')).toEqual([0, 1]);
  expect(seen('stock-postgres')).toEqual([0, 2]);
}, 600_000);

const quietly = () => undefined;

it('a session takes its record and some more, in each store, whatever the number', async () => {
  const plan = { recordBytes: [700, 3000], sessions: [1000, 3000] };
  const sizes = await closing((open) => benchSizes(open, plan, quietly));
  expect(sizes).toHaveLength(4 * 2 * 2);
  for (const { server, recordBytes, bytes } of sizes) {
    expect(bytes, server).toBeGreaterThan(recordBytes);
    expect(bytes, server).toBeLessThan(10 * recordBytes);
  }
}, 300_000);

it('expired rows are gone in the end, and meanwhile it is served', async () => {
  const prunes = await closing((open) => benchPrune(open, 1000, quietly));
  expect(prunes.map(({ server }) => server)).toEqual(['stock-postgres', 'postgres']);
  for (const { server, seconds } of prunes) {
    expect(seconds.length, server).toBeGreaterThan(1); // the first one is before the prune
    expect(seconds.at(-1)?.perSecond, server).toBeGreaterThan(0);
  }
}, 600_000);
