import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { root } from '../src/folders.ts';

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}

interface Workflow {
  on: Record<string, object | null>;
  permissions: Record<string, string>;
  concurrency: { 'cancel-in-progress': boolean };
  jobs: Record<string, { 'timeout-minutes': number; steps: Step[] }>;
}

const text = readFileSync(join(root, '.github/workflows/test.yml'), 'utf8');
const workflow = parse(text) as Workflow;
const jobs = Object.values(workflow.jobs);
const steps = jobs.flatMap((job) => job.steps);

it('each command and each file that the workflow names exists', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const commands = steps.flatMap(({ run }) => run ?? []);
  expect(commands).toContain('bash .ci/run');
  expect(commands).toContain('npm test -- --without-redis');
  for (const command of commands) {
    const [, script] = /^npm (?:run )?(\w[\w:]*)(?: -- [\w -]+)?$/.exec(command) ?? [];
    const [, file] = /^(?:bash|node) (\S+)$/.exec(command) ?? [];
    const exists = script
      ? script === 'ci' || script in scripts
      : file && existsSync(join(root, file));
    expect(exists, command).toBe(true);
  }
  const usage = readFileSync(join(root, 'packages/acceptance/src/test-run.ts'), 'utf8');
  expect(usage).toContain('npm test -- --without-redis ');
  for (const { uses, with: options = {} } of steps) {
    if (uses) expect(uses).toMatch(/^actions\/[\w-]+@v\d+$/);
    const file = options['node-version-file'];
    if (file) expect(existsSync(join(root, String(file)))).toBe(true);
  }
});

it('the workflow runs on every change, may only read, and does not run for ever', () => {
  expect(workflow.on).toEqual({ push: { branches: ['main'] }, pull_request: null });
  expect(workflow.permissions).toEqual({ contents: 'read' });
  expect(workflow.concurrency['cancel-in-progress']).toBe(true);
  for (const job of jobs) expect(job['timeout-minutes']).toBeLessThanOrEqual(60);
  const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
  expect(checkouts).toHaveLength(jobs.length);
  for (const checkout of checkouts) expect(checkout.with).toEqual({ 'persist-credentials': false });
});
