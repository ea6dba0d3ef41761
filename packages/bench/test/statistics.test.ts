import { expect, it } from 'vitest';
import { compare, problems } from '../src/results.ts';
import { growthPower, percentile, ratios, spread } from '../src/statistics.ts';
import { cell } from './results.ts';

it('a spread is the median with the least and the most, in whatever order', () => {
  expect(spread([9, 1, 5])).toEqual({ median: 5, min: 1, max: 9 });
  expect(spread([4, 1, 2, 100])).toEqual({ median: 3, min: 1, max: 100 });
  expect(spread([7])).toEqual({ median: 7, min: 7, max: 7 });
  expect(() => spread([])).toThrow(RangeError);
});

it('a ratio is taken within its round: what slows a whole round down does not change it', () => {
  const fast = new Map([
    [1, 200],
    [2, 20],
    [3, 100],
  ]);
  const slow = new Map([
    [1, 100],
    [2, 10],
    [3, 50],
  ]);
  expect(ratios(fast, slow)).toEqual({ median: 2, min: 2, max: 2 });
  // Of medians it would be 100 / 50 too, but of a pair in which only one was disturbed:
  expect(
    ratios(
      new Map([
        [1, 200],
        [2, 20],
        [3, 200],
      ]),
      slow,
    ).max,
  ).toBe(4);
  expect(() => ratios(fast, new Map([[1, 1]]))).toThrow(RangeError);
  expect(() => ratios(new Map([[1, 1]]), new Map([[2, 1]]))).toThrow(RangeError);
});

it('servers are compared under the same load, and not at all where one is missing', () => {
  const cells = [cell('a', 'read', 300), cell('b', 'read', 100), cell('b', 'write', 300)];
  expect(compare(cells, 'read', ['a', 'b'])?.median).toBe(3);
  expect(compare(cells, 'write', ['a', 'b'])).toBeUndefined();
});

it('errors are no throughput, and are named', () => {
  const quickly503 = cell('a', 'read', 100, { statuses: { '200': 100, '503': 900 } });
  const cells = [quickly503, cell('b', 'read', 100)];
  expect(compare(cells, 'read', ['a', 'b'])?.median).toBe(1);
  expect(problems(cells)).toEqual(['a, read, round 1: 900 times 503']);
  expect(problems([cell('a', 'read', 5, { unanswered: 2 })])[0]).toContain('2 without an answer');
  expect(problems([cell('a', 'read', 5, { statuses: {} })])[0]).toContain('no good answer');
});

it('growth is told from its law, whatever it begins with', () => {
  const by = (law: (x: number) => number) =>
    growthPower([1000, 10_000, 100_000, 1_000_000].map((x) => [x, law(x)] as const));
  expect(by((x) => 700 * x)).toBeCloseTo(1);
  expect(by((x) => x * x)).toBeCloseTo(2);
  expect(by(() => 5)).toBeCloseTo(0);
  expect(() => growthPower([[1, 1]])).toThrow(RangeError);
});

it('a percentile is one of the values, the last one the largest', () => {
  expect([0, 0.5, 0.99, 1].map((share) => percentile([4, 1, 3, 2], share))).toEqual([1, 3, 4, 4]);
});
