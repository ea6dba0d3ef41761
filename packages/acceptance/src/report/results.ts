import { readFileSync } from 'node:fs';

export interface TestResult {
  /** The package it belongs to, below the root: `examples/redis`. */
  folder: string;
  /** The titles of the `describe` around it, outermost first. */
  within: readonly string[];
  title: string;
  outcome: 'passed' | 'failed' | 'skipped';
  /** Why it was skipped: `meta.because` of the test. */
  because: string | undefined;
  /** What it said when it failed: the first line. Of one that passed: at its first try. */
  said?: string | undefined;
}

export interface Results {
  tests: TestResult[];
  /** What failed without being a test: files that could not be loaded, results that are missing. */
  problems: string[];
}

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

// What we need of vitest's JSON.
interface Report {
  success: boolean;
  testResults: {
    name: string;
    status: string;
    message: string;
    assertionResults: {
      ancestorTitles: string[];
      title: string;
      status: string;
      meta?: { because?: unknown };
      failureMessages?: string[];
    }[];
  }[];
}

/** Reads what one task of one package left behind. No file is a problem, never "no tests". */
export function readResults(file: string, folder: string, task: string): Results {
  let report: Report;
  try {
    report = JSON.parse(readFileSync(file, 'utf8')) as Report;
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const why = isMissing ? 'ended without results' : 'left results that cannot be read';
    return { tests: [], problems: [`${task} of ${folder} ${why}`] };
  }
  return fromReport(report, folder, task);
}

export function fromReport(report: Report, folder: string, task: string): Results {
  const tests: TestResult[] = [];
  const problems: string[] = [];
  for (const { name, status, message, assertionResults } of report.testResults) {
    for (const { ancestorTitles, title, status: outcome, meta, ...rest } of assertionResults) {
      tests.push({
        folder,
        within: ancestorTitles,
        title,
        outcome: outcome === 'passed' || outcome === 'failed' ? outcome : 'skipped',
        because: typeof meta?.because === 'string' ? meta.because : undefined,
        said: rest.failureMessages?.[0]?.split('\n', 1)[0],
      });
    }
    // An import that throws, or a hook: the file failed, but none of its tests did.
    if (status === 'failed' && !assertionResults.some((test) => test.status === 'failed')) {
      problems.push(`${name}: ${message || 'failed outside its tests'}`);
    }
  }
  const isSeen = problems.length > 0 || tests.some(({ outcome }) => outcome === 'failed');
  if (!report.success && !isSeen) problems.push(`${task} of ${folder} failed outside its tests`);
  return { tests, problems };
}

export function join(all: readonly Results[]): Results {
  return {
    tests: all.flatMap(({ tests }) => tests),
    problems: all.flatMap(({ problems }) => problems),
  };
}

export function count({ tests, problems }: Results): Counts {
  const of = (wanted: TestResult['outcome']) =>
    tests.filter(({ outcome }) => outcome === wanted).length;
  return { passed: of('passed'), failed: of('failed') + problems.length, skipped: of('skipped') };
}

export function sayCounts({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** What failed, a line each: a long run is read from its end. */
export function failures({ tests, problems }: Results): string[] {
  const failed = tests.filter(({ outcome }) => outcome === 'failed');
  return [...failed.map(inALine), ...problems].map((line) => `✗ ${line.slice(0, 400)}`);
}

/** What passed at its second try only, a line each: a fault of the test, or a rare one of ours. */
export function secondTries({ tests }: Results): string[] {
  const retried = tests.filter(({ outcome, said }) => outcome === 'passed' && said !== undefined);
  return retried.map((test) => `↻ ${inALine(test).slice(0, 400)}`);
}

const inALine = ({ folder, within, title, said }: TestResult) =>
  `${folder}: ${[...within, title].join(' › ')}: ${said}`;

/** Tests that were left out, and nobody said why. */
export function silentlySkipped({ tests }: Results): TestResult[] {
  return tests.filter(({ outcome, because }) => outcome === 'skipped' && !because);
}
