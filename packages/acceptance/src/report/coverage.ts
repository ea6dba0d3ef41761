// Which requirement has a passing test on which example.
import type { Requirement } from './requirements.ts';
import type { TestResult } from './results.ts';

export type Cell =
  | { state: 'tested'; tests: { folder: string; title: string }[] }
  | { state: 'does not apply'; because: string }
  | { state: 'missing' };

export interface Coverage {
  examples: readonly string[];
  /** The promised requirements. */
  rows: { number: number; text: string; cells: Record<string, Cell> }[];
  /** One sentence for each promise without a passing test, and for each unknown number. */
  problems: string[];
}

/** Collects `#n` × example from the tests that passed. */
export function coverage(
  requirements: readonly Requirement[],
  examples: readonly string[],
  tests: readonly TestResult[],
): Coverage {
  const known = new Set(requirements.map(({ number }) => number));
  const problems = new Set<string>();
  const passing = new Map<string, { folder: string; title: string }[]>();

  for (const test of tests) {
    for (const number of numbersIn(test.title)) {
      if (!known.has(number)) {
        problems.add(`#${number} is no requirement, but "${test.title}" (${test.folder}) names it`);
        continue;
      }
      const example = exampleOf(test, examples);
      if (example === undefined || test.outcome !== 'passed') continue;
      const key = `${number} ${example}`;
      const { folder, title } = test;
      passing.set(key, [...(passing.get(key) ?? []), { folder, title }]);
    }
  }

  const rows = requirements
    .filter(({ promised }) => promised)
    .map(({ number, text, doesNotApply }) => {
      const cells: Record<string, Cell> = {};
      for (const example of examples) {
        const tests = passing.get(`${number} ${example}`);
        const because = doesNotApply[example];
        if (tests) cells[example] = { state: 'tested', tests };
        else if (because) cells[example] = { state: 'does not apply', because };
        else cells[example] = { state: 'missing' };
      }
      const missing = examples.filter((example) => cells[example]?.state === 'missing');
      if (missing.length > 0) {
        problems.add(`#${number} has no passing test on ${missing.join(', ')}: ${text}`);
      }
      return { number, text, cells };
    });
  return { examples, rows, problems: [...problems] };
}

/** The table, with `MISSING` where the run fails. */
export function coverageTable({ examples, rows }: Coverage): string {
  const width = (example: string) => Math.max(example.length, 'MISSING'.length);
  const head = examples.map((example) => example.padEnd(width(example))).join('  ');
  const lines = rows.map(({ number, text, cells }) => {
    const shown = examples.map((example) => sayCell(cells[example]).padEnd(width(example)));
    return `${`#${number}`.padStart(4)}  ${shown.join('  ')}  ${text}`;
  });
  return [`      ${head}  passing tests of each requirement`, ...lines].join('\n');
}

/** A number counts where the test itself names it: a `describe` would promise too much. */
function numbersIn(title: string): Set<number> {
  return new Set([...title.matchAll(/#(\d+)\b/g)].map(([, digits]) => Number(digits)));
}

/** The example's own tests, and those of other packages that run once an example. */
function exampleOf(test: TestResult, examples: readonly string[]): string | undefined {
  const own = /^examples\/([^/]+)/.exec(test.folder)?.[1];
  return examples.find((example) => example === (own ?? test.within[0]));
}

function sayCell(cell: Cell | undefined): string {
  if (cell?.state === 'tested') return `✓ ${cell.tests.length}`;
  return cell?.state === 'does not apply' ? 'n/a' : 'MISSING';
}
