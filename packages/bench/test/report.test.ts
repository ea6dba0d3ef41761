import { expect, it } from 'vitest';
import type { ClientCache } from '../src/client-cache.ts';
import { plots } from '../src/plots.ts';
import { hottest } from '../src/profile.ts';
import { progressLine } from '../src/progress.ts';
import { report } from '../src/report.ts';
import { sayClientCache } from '../src/say-client-cache.ts';
import { sayGrowth, sayPrunes } from '../src/say-stores.ts';
import { countCommands } from '../src/store-counts.ts';
import { cell, requests, run } from './results.ts';

const measured = requests([
  ...[1, 2, 3].flatMap((round) => [
    cell('redis', 'read-50', 1000 + 10 ** round, { round, cpuMicroseconds: 300 }),
    cell('stock-redis', 'read-50', 2200, { round, cpuMicroseconds: 150 }),
  ]),
]);

it('the report has each server under each load, what holds, and the machine', () => {
  const text = report({ requests: measured });
  expect(text).toContain('8 × a processor, 16 GB');
  expect(text).toMatch(/\| redis +\| 1100 \(1010–2000\)/);
  expect(text).toMatch(/\| NO +\| redis \/ stock-redis +\| read-50 +\| ≥ 1 +\| 0\.50 /);
  expect(text).toMatch(/\| all of them +\| +\| 3\.3 /);
  const disturbed = structuredClone(measured);
  for (const each of disturbed.cells) each.statuses = { '503': 1, '200': 1 };
  expect(report({ requests: disturbed })).toContain('redis, read-50, round 1: 1 times 503');
});

it('the plots are SVG files of their own, for a light page and a dark one', () => {
  const drawn = plots({ requests: measured });
  expect([...drawn.keys()]).toEqual(['read-50.svg', 'ratios.svg']);
  for (const svg of drawn.values()) {
    expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(svg).toContain('prefers-color-scheme:dark');
    expect(svg).toContain('stock-redis');
    expect(svg).not.toContain('NaN');
  }
  // One bar a server, as long as its median.
  const widths = [...(drawn.get('read-50.svg') ?? '').matchAll(/<rect [^>]*width="([\d.]+)"/g)];
  const [redis, stock] = widths.map(([, width]) => Number(width));
  expect((stock ?? 0) / (redis ?? 1)).toBeCloseTo(2, 2);
});

it('sizes are shown by their number, beside what stock takes', () => {
  const sizes = [1000, 2000].flatMap((sessions) => [
    { server: 'stock-redis', recordBytes: 700, sessions, bytes: 800 },
    { server: 'redis', recordBytes: 700, sessions, bytes: 1000 },
  ]);
  const text = sayGrowth({ ...run, sizes });
  expect(text).toMatch(/\| 700 +\| redis +\| 1000 +\| 1000 +\| n\^1\.00 +\| 100 MB +\| 1\.25 /);
  const all = { requests: measured, sizes: { ...run, sizes } };
  expect(report(all)).toContain('at 2,000');
  expect(report({ requests: measured })).not.toContain('at 2,000');
  expect(plots(all).get('sizes.svg')).toContain('2,000 sessions');
});

it('a prune is shown with the slowest second, and with who was not served', () => {
  const second = (perSecond: number, p99Ms: number, notServed = 0) => ({
    perSecond,
    p99Ms,
    notServed,
  });
  const seconds = [second(900, 20), second(100, 300, 4), second(500, 40, 1), second(300, 9)];
  const pruned = { server: 'postgres', rows: 5000, seconds, gaveUp: 7 };
  expect(sayPrunes({ ...run, prunes: [{ ...pruned, isOver: true }] })).toMatch(
    /\| postgres +\| 5,000 +\| 3 +\| 7 +\| 900 +\| 300 \(100–500\) +\| 300 +\| 5 /,
  );
  expect(sayPrunes({ ...run, prunes: [{ ...pruned, isOver: false }] })).toContain('| not after 3 ');
});

it('a profile is summed up by who has called, leaving idle time and the profiler out', () => {
  const frame = (id: number, functionName: string, url: string, children: number[] = []) => ({
    id,
    callFrame: { functionName, url, scriptId: '0', lineNumber: 0, columnNumber: 0 },
    children,
  });
  const { functions, groups } = hottest({
    startTime: 0,
    endTime: 100,
    nodes: [
      frame(1, '(root)', '', [2, 3, 5, 7]),
      frame(2, '(idle)', ''),
      frame(3, 'get', 'file:///x/node_modules/@redis/client/dist/index.js', [4]),
      frame(4, 'writev', ''),
      frame(5, 'open', 'file:///x/packages/security-helpers/src/seal.ts', [6]),
      frame(6, 'createDecipheriv', 'node:crypto'),
      frame(7, 'started', 'file:///x/packages/bench/src/profiler.mjs'),
    ],
    samples: [2, 3, 4, 4, 6, 7],
    timeDeltas: [50, 10, 10, 10, 10, 10],
  });
  expect(groups).toEqual([
    { name: '@redis/client', share: 0.75 },
    { name: 'security-helpers/src/seal.ts', share: 0.25 },
  ]);
  expect(functions[0]).toEqual({ name: 'writev', share: 0.5 });
});

it('commands of Redis are counted without those that keep a connection, or count', () => {
  const stats = [
    '# Commandstats',
    'cmdstat_get:calls=7,usec=1,usec_per_call=1.00,rejected_calls=0,failed_calls=0',
    'cmdstat_ping:calls=100,usec=1,usec_per_call=1.00,rejected_calls=0,failed_calls=0',
    'cmdstat_client|setinfo:calls=4,usec=1,usec_per_call=1.00,rejected_calls=0,failed_calls=0',
    'cmdstat_info:calls=5,usec=1,usec_per_call=1.00,rejected_calls=0,failed_calls=0',
    'cmdstat_evalsha:calls=3,usec=1,usec_per_call=1.00,rejected_calls=0,failed_calls=0',
  ].join('\r\n');
  expect(countCommands(stats, 2)).toEqual({ GET: 7, EVALSHA: 3, INFO: 3 });
});

it('what Redis carries out is named as in docs/commands.md, and counted where it is not one', () => {
  const own = (commands: Record<string, number>) =>
    report({ requests: requests([cell('hybrid', 'read-50', 1, { redisCommands: commands })]) });
  expect(own({ EVAL: 1.01, INFO: 1, GETEX: 1, DEL: 0.01 })).toContain('| EVAL, INFO, GETEX ');
  expect(own({ GET: 2, EVAL: 0.5 })).toContain('| 2 GET, 0.5 EVAL ');
});

it('people who wait are shown in milliseconds, with what else a stage has left beside them', () => {
  const users = requests([cell('redis', 'users-100', 100, { medianMs: 3.21 })]);
  const text = report({ requests: measured, users });
  expect(text).toContain('### users-100');
  expect(text).toContain('3.21');
  expect([...plots({ users }).keys()]).toEqual(['users-100.svg']);
});

it('a cache that does not hear of a logout is shown, and for how long', () => {
  const seen: ClientCache = {
    reads: [
      { caches: false, commands: 1, microseconds: 99.5, redisMicroseconds: 2.5 },
      { caches: true, commands: 0, microseconds: 9.5, redisMicroseconds: 0 },
    ],
    logouts: [{ workMs: 0, unseenMs: [0, 0, 1, 2, 3] }],
    deadLine: [
      { asks: false, unseenMs: 9999, limitMs: 10_000, isGone: false },
      { asks: true, unseenMs: 2987, limitMs: 10_000, isGone: true },
    ],
  };
  const text = sayClientCache({ ...run, ...seen });
  expect(text).toMatch(/\| from the cache +\| 0\.00 +\| 9\.5 +\| 0\.0 /);
  expect(text).toMatch(/\| nothing else to do +\| 5 +\| 3 +\| 1\.00 +\| 3\.00 +\| 3\.00 /);
  expect(text).toMatch(/as in the README +\| still, when it was no longer watched after 10 s/);
  expect(text).toMatch(/each second whether it is still one \| 3\.0 s/);
});

it('how long it still takes follows from how long it took', () => {
  let now = 0;
  let written = '';
  const stream = { isTTY: false, write: (text: string) => (written += text) };
  const progress = progressLine(stream as unknown as NodeJS.WriteStream, () => now);
  progress.show(0, 'first');
  now = 30_000;
  progress.show(0.25, 'second');
  now = 40_000;
  progress.show(0.01, 'third');
  expect(written).toMatch(/0 % +first\n +25 % 90 s left +second\n +1 % 66 min left +third\n/);
});
