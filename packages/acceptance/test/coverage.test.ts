import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Coverage, coverage, coverageTable } from '../src/report/coverage.ts';
import { sayLeftOut } from '../src/report/left-out.ts';
import { type Plan, planSlow, planTest } from '../src/report/plan.ts';
import { type Requirement, requirements } from '../src/report/requirements.ts';
import {
  count,
  failures,
  fromReport,
  secondTries,
  silentlySkipped,
  type TestResult,
} from '../src/report/results.ts';
import { readWorkspaces, root, testNames } from '../src/report/workspaces.ts';

const requirement = (number: number, more: Partial<Requirement> = {}): Requirement => ({
  number,
  level: 'must',
  text: `rule ${number}`,
  sources: 'ASVS 1.2.3',
  promised: true,
  doesNotApply: {},
  ...more,
});

const test = (title: string, more: Partial<TestResult> = {}): TestResult => ({
  folder: 'examples/redis',
  within: ['logout'],
  title,
  outcome: 'passed',
  because: undefined,
  ...more,
});

const stateOf = (report: Coverage, number: number, example = 'redis') =>
  report.rows.find((row) => row.number === number)?.cells[example]?.state;

describe('the coverage of requirements', () => {
  it('counts every number in the title of a passing test', () => {
    const tests = [test('#1 and #2 hold'), test('#2 holds again')];
    const report = coverage([requirement(1), requirement(2)], ['redis'], tests);
    expect(report.problems).toEqual([]);
    expect(report.rows[1]?.cells['redis']).toEqual({
      state: 'tested',
      tests: ['#1 and #2 hold', '#2 holds again'].map((title) => ({
        folder: 'examples/redis',
        title,
      })),
    });
    expect(coverageTable(report)).toContain('✓ 2');
  });

  it('does not count a test that failed or was skipped', () => {
    const tests = [
      test('#1 was broken', { outcome: 'failed' }),
      test('#2 was left out', { outcome: 'skipped' }),
    ];
    const report = coverage([requirement(1), requirement(2)], ['redis'], tests);
    expect(report.problems).toEqual([
      '#1 has no passing test on redis: rule 1',
      '#2 has no passing test on redis: rule 2',
    ]);
    expect(coverageTable(report)).toContain('MISSING');
  });

  it('does not count a number that only a describe names, nor a part of a number', () => {
    const tests = [test('it works', { within: ['#1 logout'] }), test('#12 works')];
    const report = coverage([requirement(1), requirement(12)], ['redis'], tests);
    expect(stateOf(report, 1)).toBe('missing');
    expect(stateOf(report, 12)).toBe('tested');
  });

  it('takes the example from the folder, elsewhere from the outermost describe', () => {
    const tests = [
      test('#1 own test', { folder: 'examples/memory', within: ['redis'] }),
      test('#2 contract', { folder: 'packages/acceptance', within: ['redis', 'logout'] }),
      test('#3 inner', { folder: 'packages/acceptance', within: ['logout', 'redis'] }),
    ];
    const rules = [requirement(1), requirement(2), requirement(3)];
    const report = coverage(rules, ['memory', 'redis'], tests);
    expect([stateOf(report, 1, 'memory'), stateOf(report, 1)]).toEqual(['tested', 'missing']);
    expect([stateOf(report, 2, 'memory'), stateOf(report, 2)]).toEqual(['missing', 'tested']);
    expect([stateOf(report, 3, 'memory'), stateOf(report, 3)]).toEqual(['missing', 'missing']);
  });

  it('asks nothing where a requirement does not apply, or is not promised yet', () => {
    const rules = [
      requirement(1, { doesNotApply: { memory: 'it has no store' } }),
      requirement(2, { promised: false }),
    ];
    const report = coverage(rules, ['memory'], []);
    expect(report.problems).toEqual([]);
    expect(report.rows).toHaveLength(1);
    expect(coverageTable(report)).toContain('n/a');
  });

  it('reports a number that does not exist, wherever it is', () => {
    const stray = test('#0 and #72 hold', { folder: 'packages/lab', outcome: 'failed' });
    const { problems } = coverage(requirements, [], [stray]);
    expect(problems).toEqual([
      '#0 is no requirement, but "#0 and #72 hold" (packages/lab) names it',
      '#72 is no requirement, but "#0 and #72 hold" (packages/lab) names it',
    ]);
  });
});

describe('the requirements', () => {
  it('are numbered from 1 to 71, each with a short text of its own and a source', () => {
    expect(requirements.map(({ number }) => number)).toEqual(
      Array.from({ length: 71 }, (_, index) => index + 1),
    );
    expect(new Set(requirements.map(({ text }) => text)).size).toBe(71);
    for (const { text, sources } of requirements) {
      expect(text.length, text).toBeLessThanOrEqual(100);
      expect(sources, text).not.toBe('');
    }
  });

  it('excuse who has no store that is away, no time zones, no copies, no server, and no more', () => {
    const excused = requirements.flatMap(({ number, doesNotApply }) =>
      Object.keys(doesNotApply).map((example) => `#${number} ${example}`),
    );
    const away = ['#58 memory', '#59 memory', '#60 memory'];
    const one = ['#61 memory', '#61 redis', '#61 postgres', '#61 koa'];
    const server = ['#62 memory', '#63 memory'];
    expect(excused).toEqual(['#28 memory', '#28 redis', '#28 koa', ...away, ...one, ...server]);
  });
});

describe('results', () => {
  const assertion = (status: string, meta = {}) => ({
    ancestorTitles: [] as string[],
    title: `a ${status} test`,
    status,
    meta,
  });
  const file = (status: string, ...assertionResults: ReturnType<typeof assertion>[]) => ({
    name: 'a.test.ts',
    status,
    message: '',
    assertionResults,
  });

  it('count a file that failed without a failing test as a failure', () => {
    const report = { success: false, testResults: [file('failed')] };
    expect(count(fromReport(report, 'packages/lab', 'test'))).toEqual({
      passed: 0,
      failed: 1,
      skipped: 0,
    });
  });

  it('count a run that failed although everything in it passed', () => {
    const report = { success: false, testResults: [file('passed', assertion('passed'))] };
    expect(count(fromReport(report, 'packages/lab', 'test')).failed).toBe(1);
  });

  it('say of each failure where it is, and what it said first', () => {
    const failed = { ...assertion('failed'), ancestorTitles: ['redis', 'logout'] };
    const messages = { failureMessages: ['AssertionError: 401, not 200\n    at a.test.ts:1'] };
    const report = { success: false, testResults: [file('failed', { ...failed, ...messages })] };
    expect(failures(fromReport(report, 'examples/redis', 'test'))).toEqual([
      '✗ examples/redis: redis › logout › a failed test: AssertionError: 401, not 200',
    ]);
  });

  it('name what passed at its second try only', () => {
    const retried = { ...assertion('passed'), failureMessages: ['Error: too late\n    at a.ts:1'] };
    const report = { success: true, testResults: [file('passed', retried, assertion('passed'))] };
    const results = fromReport(report, 'examples/redis', 'test');
    expect(count(results)).toEqual({ passed: 2, failed: 0, skipped: 0 });
    expect(secondTries(results)).toEqual([expect.stringMatching(/^↻ .*: Error: too late$/)]);
  });

  it('count what was left out in any way as skipped, and want a reason for it', () => {
    const left = ['skipped', 'pending', 'todo'].map((status) => assertion(status));
    const excused = assertion('skipped', { because: 'Windows cannot freeze a process' });
    const report = { success: true, testResults: [file('passed', ...left, excused)] };
    const results = fromReport(report, 'packages/lab', 'test');
    expect(count(results).skipped).toBe(4);
    expect(silentlySkipped(results)).toHaveLength(3);
  });
});

describe('what a test run does', () => {
  const workspaces = [
    { name: 'helpers', folder: 'packages/helpers', scripts: { 'test:unit': 'vitest run' } },
    { name: 'memory', folder: 'examples/memory', scripts: { test: 'vitest run' } },
    {
      name: 'redis',
      folder: 'examples/redis',
      scripts: { test: '…', 'test:slow': '…', 'test:moves': '…' },
    },
  ];

  it('expects results of every package that has the task', () => {
    expect(planTest(workspaces, true)).toMatchObject({
      expected: [
        { folder: 'packages/helpers', task: 'test:unit' },
        { folder: 'examples/memory', task: 'test' },
        { folder: 'examples/redis', task: 'test' },
      ],
      leftOut: [],
    });
    expect(planSlow(workspaces, true).expected).toEqual([
      { folder: 'examples/redis', task: 'test:slow' },
      { folder: 'examples/redis', task: 'test:moves' },
    ]);
  });

  it('without Redis runs what needs none, and says what it leaves out', () => {
    const plan = planTest(workspaces, false);
    expect(plan.tasks).toContain('memory#test');
    expect(plan.tasks).not.toContain('test');
    expect(plan.expected).not.toContainEqual({ folder: 'examples/redis', task: 'test' });
    expect(plan.leftOut).toEqual([{ folder: 'examples/redis', task: 'test' }]);
    expect(planSlow(workspaces, false)).toMatchObject({
      tasks: [],
      expected: [],
      leftOut: [
        { folder: 'examples/redis', task: 'test:slow' },
        { folder: 'examples/redis', task: 'test:moves' },
      ],
    });
  });

  it('runs or names every file of tests that there is', () => {
    const all = readWorkspaces();
    const named = (plan: Plan) =>
      [...plan.expected, ...plan.leftOut].flatMap(({ folder, task }) => {
        const workspace = all.find((each) => each.folder === folder);
        return workspace ? testNames(workspace, task).map((name) => `${folder} ${name}`) : [];
      });
    for (const hasRedis of [true, false]) {
      const plans = [planTest(all, hasRedis), planSlow(all, hasRedis)];
      expect(plans.flatMap(named).sort()).toEqual(testFiles());
    }

    const said = sayLeftOut(planTest(all, false), all);
    expect(said).toMatch(/^ {2}examples\/redis, test: .*\boutage\b/m);
    expect(said).toMatch(/^ {2}packages\/lab, test: .*\bstart\b/m);
    expect(said).not.toMatch(/examples\/(memory|postgres)|fresh-clone/);
    expect(sayLeftOut(planSlow(all, false), all)).toMatch(
      /packages\/lab, test:slow: .*fresh-clone/,
    );
  });
});

describe('the options of a test run', () => {
  const run = (...args: string[]) =>
    spawnSync(
      process.execPath,
      ['--import', 'tsx', 'packages/acceptance/src/test-run.ts', ...args],
      {
        cwd: root,
        encoding: 'utf8',
      },
    );

  it('are explained, and one that does not exist is named', () => {
    const help = run('--help');
    expect([help.status, help.stdout]).toEqual([0, expect.stringContaining('--without-redis')]);
    const wrong = run('--without-reddis');
    expect([wrong.status, wrong.stderr]).toEqual([78, expect.stringContaining('--without-reddis')]);
  });

  it('leave no slow test to run without Redis, and say so instead of being green', () => {
    const { status, stderr } = run('--all', '--without-redis');
    expect([status, stderr]).toEqual([
      78,
      expect.stringMatching(/^--without-redis is for npm test/),
    ]);
  });
});

/** All of them, by package and name, as git knows them. */
function testFiles(): string[] {
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', '--', '*.test.ts'];
  const files = execFileSync('git', list, { cwd: root, encoding: 'utf8' }).trim().split('\n');
  return files
    .filter((file) => existsSync(join(root, file)))
    .map((file) => `${/^docs|[^/]+\/[^/]+/.exec(file)?.[0]} ${basename(file, '.test.ts')}`)
    .sort();
}
