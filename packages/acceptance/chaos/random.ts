import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Chance that can be repeated: the same seed, the same draws. */
export interface Random {
  /** A whole number from `min` to `max`, both included. */
  between(min: number, max: number): number;
  /** One of these. @throws RangeError of none. */
  pick<T>(all: readonly T[]): T;
  /** One of the keys, each as likely as its weight says. */
  weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name;
  /** In an order of chance. */
  shuffled<T>(all: readonly T[]): T[];
}

/** @param stream two streams of one seed have nothing in common. */
export function random(seed: number, stream = 0): Random {
  const generator = xoroshiro128plus(seed);
  for (let jump = 0; jump < stream; jump += 1) generator.jump();
  const between = (min: number, max: number) => uniformInt(generator, min, max);
  return {
    between,
    pick(all) {
      if (all.length === 0) throw new RangeError('nothing to pick from');
      return all[between(0, all.length - 1)] as (typeof all)[number];
    },
    weighted(weights) {
      const entries = Object.entries<number>(weights) as [keyof typeof weights, number][];
      let left = between(
        1,
        entries.reduce((sum, [, weight]) => sum + weight, 0),
      );
      for (const [name, weight] of entries) {
        left -= weight;
        if (left <= 0) return name;
      }
      throw new RangeError('all weights are 0');
    },
    shuffled(all) {
      const rest = [...all];
      return all.map(() => rest.splice(between(0, rest.length - 1), 1)[0] as (typeof all)[number]);
    },
  };
}
