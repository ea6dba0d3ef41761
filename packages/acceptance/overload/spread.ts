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
