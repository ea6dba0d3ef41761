import { expect, it } from 'vitest';
import { ManualClock, systemClock } from './clock.ts';

it('a manual clock stands still until it is moved', () => {
  const clock = new ManualClock(1000);
  expect([clock.now(), clock.now()]).toEqual([1000, 1000]);
  clock.advance(500);
  expect(clock.now()).toBe(1500);
});

it('the system clock tells the present', () => {
  const before = Date.now();
  const now = systemClock.now();
  expect(now).toBeGreaterThanOrEqual(before);
  expect(now).toBeLessThanOrEqual(Date.now());
});
