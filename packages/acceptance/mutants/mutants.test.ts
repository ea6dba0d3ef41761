import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { requirements } from '../src/report/requirements.ts';
import { root } from '../src/report/workspaces.ts';
import { copyRepository, judge } from './judge.ts';
import { mutants } from './mutants.ts';

const LIMIT = 900_000;
let copy: string;
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'session-lab-mutant-'));
  copyRepository(copy);
}, LIMIT);
afterAll(() => rmSync(copy, { recursive: true, force: true }));

const [login] = mutants.filter(({ row }) => row === 7);
if (!login) throw new Error('there is no fault that keeps the id at a login');

it(
  'a fault that changes nothing survives: the judge does not say yes to everything',
  async () => {
    expect(await judge(copy, { ...login, to: login.from })).toBe('survived');
  },
  LIMIT,
);

it('a fault that no longer applies is not counted as noticed', async () => {
  expect(await judge(copy, { ...login, from: 'nothing like this' })).toBe('does not apply');
});

it(
  'a fault that lets no test begin proves nothing',
  async () => {
    expect(await judge(copy, { ...login, to: 'this is no program' })).toBe('broke everything');
  },
  LIMIT,
);

it('each must whose guard is ours has a fault of its own', () => {
  const without = requirements.filter(
    ({ number, level }) => level === 'must' && mutants.every(({ row }) => row !== number),
  );
  // That only the cookie carries an id is the doing of express-session and koa-session.
  expect(without.map(({ number }) => number)).toEqual([5]);
  expect(mutants.length).toBeGreaterThanOrEqual(40);
});

it(
  'every fault is noticed by the tests of its requirement',
  () => {
    const run = spawnSync(
      process.execPath,
      ['--import', 'tsx', 'packages/acceptance/mutants/run.ts'],
      { cwd: root, encoding: 'utf8' },
    );
    expect(run.stdout.split('\n').filter((line) => line.startsWith('✗'))).toEqual([]);
    expect(run.stdout).toContain(`${mutants.length} of ${mutants.length} killed`);
    expect(run.status).toBe(0);
  },
  LIMIT,
);
