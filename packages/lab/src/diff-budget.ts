/** How far an example may be from the one before it, so that the difference stays the lesson. */
export interface Budget {
  pair: readonly [string, string];
  /** Changed lines outside src/store.ts, README.md, package.json and the tests. */
  lines: number;
}

/** Raising a number needs a reason in the commit. */
export const budgets: readonly Budget[] = [
  { pair: ['memory', 'redis'], lines: 25 },
  { pair: ['redis', 'postgres'], lines: 25 },
  { pair: ['postgres', 'hybrid'], lines: 25 },
];

/** The budget of two neighbours in either order; undefined for examples that are none. */
export function budgetOf(left: string, right: string): Budget | undefined {
  return budgets.find(({ pair }) => pair.includes(left) && pair.includes(right) && left !== right);
}
