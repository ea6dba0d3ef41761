import { expect, it } from 'vitest';
import { FAULT_NAMES, planFaults } from './faults.ts';
import { random } from './random.ts';

const outline = (seed: number) =>
  planFaults(random(seed), 5).map((episode) =>
    episode.map(({ name, target, afterMs, lastsMs }) => [name, target, afterMs, lastsMs]),
  );

it('the same seed makes the same plan, another one another', () => {
  expect(outline(7)).toEqual(outline(7));
  expect(outline(7)).not.toEqual(outline(8));
});

it('each kind strikes equally often, at most one at a time on one target', () => {
  const episodes = planFaults(random(1), 20);
  const names = episodes.flat().map(({ name }) => name);
  for (const name of FAULT_NAMES) expect(names.filter((one) => one === name).length).toBe(20);
  for (const episode of episodes) {
    expect(new Set(episode.map(({ target }) => target)).size).toBe(episode.length);
  }
  expect(episodes.some((episode) => episode.length === 3)).toBe(true);
});

it('two streams of one seed differ, and each can be drawn again', () => {
  const draws = (stream: number) => {
    const chance = random(3, stream);
    return Array.from({ length: 20 }, () => chance.between(0, 1000));
  };
  expect(draws(1)).toEqual(draws(1));
  expect(draws(1)).not.toEqual(draws(2));
});
