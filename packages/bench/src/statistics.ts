/** A median with its spread: of few rounds, all that can honestly be said. */
export interface Spread {
  median: number;
  min: number;
  max: number;
}

/** @throws RangeError for no values: there is nothing to say about them. */
export function spread(values: readonly number[]): Spread {
  if (values.length === 0) throw new RangeError('a median of nothing');
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    min: at(0),
    max: at(sorted.length - 1),
  };
}

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
