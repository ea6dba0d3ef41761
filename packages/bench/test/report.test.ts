import { expect, it } from 'vitest';
import { plots } from '../src/plots.ts';
import { hottest } from '../src/profile.ts';
import { report, sayGrowth, sayPrunes } from '../src/report.ts';
import { countCommands } from '../src/store-counts.ts';
import { cell, results } from './results.ts';

const measured = results([
  ...[1, 2, 3].flatMap((round) => [
    cell('redis', 'read-50', 1000 + 10 ** round, { round, cpuMicroseconds: 300 }),
    cell('stock-redis', 'read-50', 2200, { round, cpuMicroseconds: 150 }),
  ]),
]);

it('the report has each server under each load, what holds, and the machine', () => {
  const text = report(measured);
  expect(text).toContain('8 × a processor, 16 GB');
  expect(text).toMatch(/\| redis +\| 1100 \(1010–2000\)/);
  expect(text).toMatch(/\| NO +\| redis \/ stock-redis +\| read-50 +\| ≥ 1 +\| 0\.50 /);
  expect(text).toMatch(/\| all of them +\| +\| 3\.3 /);
  const disturbed = structuredClone(measured);
  for (const each of disturbed.cells) each.statuses = { '503': 1, '200': 1 };
  expect(report(disturbed)).toContain('redis, read-50, round 1: 1 times 503');
});

it('the plots are SVG files of their own, for a light page and a dark one', () => {
  const drawn = plots(measured);
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
  expect(sayGrowth(sizes)).toMatch(/\| 700 +\| redis +\| 1000 +\| 1000 +\| 100 MB +\| 1\.25 /);
  const all = { ...measured, sizes };
  expect(report(all)).toContain('at 2,000');
  expect(report(measured)).not.toContain('at 2,000');
  expect(plots(all).get('sizes.svg')).toContain('2,000 sessions');
});

it('a prune is shown with the slowest second, and with who was not served', () => {
  const second = (perSecond: number, p99Ms: number, notServed = 0) => ({
    perSecond,
    p99Ms,
    notServed,
  });
  const seconds = [second(900, 20), second(100, 300, 4), second(500, 40, 1)];
  expect(sayPrunes([{ server: 'postgres', rows: 5000, seconds }])).toMatch(
    /\| postgres +\| 5,000 +\| 3 +\| 500 \(100–900\) +\| 300 +\| 5 /,
  );
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

it('commands of Redis are counted without those that keep a connection', () => {
  const stats = [
    '# Commandstats',
    'cmdstat_get:calls=7,usec=1,usec_per_call=1.00,rejected_calls=0,failed_calls=0',
    'cmdstat_ping:calls=100,usec=1,usec_per_call=1.00,rejected_calls=0,failed_calls=0',
    'cmdstat_client|setinfo:calls=4,usec=1,usec_per_call=1.00,rejected_calls=0,failed_calls=0',
    'cmdstat_evalsha:calls=3,usec=1,usec_per_call=1.00,rejected_calls=0,failed_calls=0',
  ].join('\r\n');
  expect(countCommands(stats)).toBe(10);
});
