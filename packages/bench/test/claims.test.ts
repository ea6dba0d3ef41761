import { expect, it } from 'vitest';
import { claims } from '../src/claims.ts';
import { report } from '../src/report.ts';
import type { Results } from '../src/results.ts';
import { cell, requests, run } from './results.ts';

const find = (results: Results, id: string) => {
  const found = claims(results).find((claim) => claim.id === id);
  if (!found) throw new Error(`no claim ${id}`);
  return found;
};

it('what was not measured says so, in the report as well', () => {
  for (const { id, stock, here } of claims({})) {
    for (const finding of [...stock, ...here]) {
      expect(finding.seen, id).toBeUndefined();
      expect(finding.instead, id).not.toBe('');
    }
  }
  expect(report({}, claims({}))).toContain('not measured yet');
});

it('a claim holds, does not, or does in part, by what was seen, spread included', () => {
  const seen = (...rates: number[]) => {
    const cells = rates.flatMap((rate, index) => [
      cell('stock-redis', 'read-50', rate, { round: index + 1 }),
      cell('stock-postgres', 'read-50', 100, { round: index + 1 }),
    ]);
    const { stock } = find({ requests: requests(cells) }, 'times-faster');
    return stock.find(({ what }) => what.endsWith('read-50'))?.seen;
  };
  expect(seen(400, 500, 600)).toEqual({ median: 5, min: 4, max: 6, holds: 'yes' });
  expect(seen(120, 150)?.holds).toBe('no');
  expect(seen(290, 310)?.holds).toBe('in part');
  expect(seen(200, 1100)?.holds).toBe('in part');
});

it('each number is the one of the results: time, share, difference, size', () => {
  const users = requests([
    cell('stock-redis', 'users-10000', 1, { medianMs: 1.5 }),
    cell('stock-redis', 'users-100', 1, { medianMs: 1 }),
    cell('stock-postgres', 'users-100', 1, { medianMs: 6 }),
  ]);
  const alone = requests([
    cell('express', 'read-1', 1, { medianMs: 0.6 }),
    cell('stock-redis', 'read-1', 1, { medianMs: 1 }),
  ]);
  const sizes = {
    ...run,
    sizes: [{ server: 'redis', recordBytes: 5120, sessions: 100_000, bytes: 6000 }],
  };
  const results = { users, requests: alone, sizes };
  expect(find(results, 'milliseconds').stock[0]?.seen).toMatchObject({ median: 1.5, holds: 'yes' });
  expect(find(results, 'share-of-a-response').stock[0]?.seen?.median).toBeCloseTo(40);
  expect(find(results, 'few-users').stock[0]?.seen).toMatchObject({ median: 5, holds: 'yes' });
  const size = find(results, 'size').here.find(({ seen }) => seen);
  expect(size?.seen).toMatchObject({ median: 600, holds: 'no' });
  expect(report(results, claims(results))).toMatch(/5 KB +\| 600 MB +\| no /);
});
