import { type Spread, spread } from '../../acceptance/overload/spread.ts';

export { type Spread, spread };

/**
 * Compares round by round: what slows a whole round down, such as another program on the machine,
 * slows both down, and their ratio says nothing of it.
 *
 * @throws RangeError unless both have the same rounds.
 */
export function ratios(over: ReadonlyMap<number, number>, under: ReadonlyMap<number, number>) {
  if (over.size !== under.size) throw new RangeError('not the same rounds');
  return spread(
    [...over].map(([round, value]) => {
      const other = under.get(round);
      if (other === undefined) throw new RangeError(`there is no round ${round}`);
      return value / other;
    }),
  );
}

/**
 * How something grows: `y` about as `x` to that power. 1 is in proportion, 2 is four times as much
 * for twice as many. By least squares on the logarithms.
 *
 * @throws RangeError for fewer than two points.
 */
export function growthPower(points: readonly (readonly [x: number, y: number])[]): number {
  if (points.length < 2) throw new RangeError('no growth in one point');
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)] as const);
  const mean = (index: 0 | 1) => logs.reduce((sum, log) => sum + log[index], 0) / logs.length;
  const [meanX, meanY] = [mean(0), mean(1)];
  const above = logs.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return above / logs.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
}

/** @param share of the values that are not larger, from 0 to 1. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
