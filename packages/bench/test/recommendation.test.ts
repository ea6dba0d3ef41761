import { expect, it } from 'vitest';
import { checklist } from '../src/checklist.ts';
import { recommend } from '../src/recommendation.ts';
import { doubts } from '../src/system.ts';
import { cell, run } from './results.ts';

const reads = (redis: number, postgres: number) => [
  cell('redis', 'read-50', redis),
  cell('postgres', 'read-50', postgres),
];
const words = (...args: Parameters<typeof recommend>) => recommend(...args).join('\n');

it('what is recommended follows from the ratio of Postgres to Redis', () => {
  expect(words(reads(1000, 950))).toContain('a Redis for sessions alone buys nothing');
  expect(words(reads(1000, 700))).toContain('the database is not slow');
  expect(words(reads(1000, 300))).toContain('Redis is worth a server of its own');
  expect(words(reads(1000, 300))).toContain('0.30 times');
});

it('a difference that a person feels is another recommendation than one that nobody does', () => {
  const alone = (medianMs: number) => [
    cell('redis', 'read-1', 100, { medianMs: 1 }),
    cell('postgres', 'read-1', 100, { medianMs }),
  ];
  expect(words(alone(5))).toContain('Nobody notices');
  expect(words(alone(500))).toContain('That is felt');
});

it('the hybrid, writes and memory are judged by their own ratios', () => {
  const against = (server: string, profile: string, times: number) =>
    words([cell('redis', profile, 1000), cell(server, profile, 1000 * times)]);
  expect(against('hybrid', 'read-50', 0.97)).toContain('Reading costs nothing more');
  expect(against('hybrid', 'read-50', 0.5)).toContain('That is the price');
  expect(against('postgres', 'write-50', 0.95)).toContain('no reason for Redis');
  expect(against('postgres', 'write-50', 0.2)).toContain('waits for the disk');
  expect(against('memory', 'read-50', 3)).toContain('It is faster');
  expect(against('memory', 'read-50', 1)).toContain('not even faster');
});

it('nothing is said of what was not measured', () => {
  expect(recommend([cell('express', 'read-50', 9000)])).toEqual([]);
});

it('it says when the sender was the bottleneck, and when rounds do not agree', () => {
  expect(words([cell('express', 'read-50', 9000, { busy: 0.97 })])).toContain(
    'bottleneck for express',
  );
  const rounds = [1, 2, 3].map((round) => cell('redis', 'read-50', 1000 * round, { round }));
  expect(words(rounds)).toContain('differ by more than 2 times (redis)');
  expect(words(rounds.slice(0, 1))).not.toContain('differ');
});

it('a ratio holds by its median, in the right direction', () => {
  const round = (number: number, redis: number, stock: number) => [
    cell('redis', 'read-50', redis, { round: number, cpuMicroseconds: 50 }),
    cell('stock-redis', 'read-50', stock, { round: number, cpuMicroseconds: 100 }),
  ];
  const [good] = checklist([...round(1, 90, 100), ...round(2, 101, 100), ...round(3, 120, 100)]);
  expect(good).toMatchObject({ server: 'redis', against: 'stock-redis', holds: true });
  expect(good?.ratio).toEqual({ median: 1.01, min: 0.9, max: 1.2 });
  expect(good?.byProcessorTime?.median).toBe(2); // half the time is twice as good
  const [bad] = checklist([...round(1, 99, 100)]);
  expect(bad?.holds).toBe(false);
});

it('doubts about the system are raised by what it is', () => {
  const { system } = run;
  expect(doubts(system, 50)).toEqual([]);
  expect(doubts({ ...system, cores: 2 }, 50)[0]).toContain('take turns');
  expect(doubts({ ...system, load: 5 }, 50)[0]).toContain('a load of 5.0 on 8 cores');
  expect(doubts({ ...system, governor: 'powersave' }, 50)[0]).toContain('"powersave"');
  expect(doubts(system, 10_000)[0]).toContain('ulimit -n 10100');
  expect(doubts({ ...system, governor: null, openFiles: null }, 10_000)).toEqual([]);
});
