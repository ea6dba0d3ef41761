// One fault in a copy of the repository, and what the tests of its requirement make of it.
import { spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { root } from '../src/report/workspaces.ts';
import type { Mutant } from './mutants.ts';

const DEFAULT_TESTS = 'packages/acceptance/test/memory.contract.test.ts';

export type Verdict = 'killed' | 'survived' | 'does not apply' | 'broke everything';

/** @param copy made by `copyRepository`; it is as before afterwards. */
export async function judge(copy: string, mutant: Mutant): Promise<Verdict> {
  const file = join(copy, mutant.file);
  const source = readFileSync(file, 'utf8');
  if (source.split(mutant.from).length !== 2) return 'does not apply';
  writeFileSync(
    file,
    source.replace(mutant.from, () => mutant.to),
  );
  try {
    const failed = await failedTests(copy, mutant);
    if (failed === undefined) return 'broke everything';
    return failed > 0 ? 'killed' : 'survived';
  } finally {
    writeFileSync(file, source);
  }
}

/** @returns how many tests of the row failed; undefined where it did not come to that. */
async function failedTests(
  copy: string,
  { row, tests = DEFAULT_TESTS }: Mutant,
): Promise<number | undefined> {
  const [, folder = '', file = ''] = /^((?:packages|examples)\/[^/]+)\/(.+)$/.exec(tests) ?? [];
  const results = join(copy, 'mutant.json');
  rmSync(results, { force: true });
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const named = `#${row}(?!\\d)`;
  const args = ['run', file, '--testNamePattern', named, '--testTimeout', '30000', '--bail', '1'];
  const child = spawn(
    process.execPath,
    [vitest, ...args, '--reporter', 'json', '--outputFile', results],
    { cwd: join(copy, folder), stdio: 'ignore' },
  );
  await new Promise((resolve) => child.once('exit', resolve));
  try {
    const { testResults } = JSON.parse(readFileSync(results, 'utf8')) as {
      testResults: { assertionResults: { status: string; title: string }[] }[];
    };
    const ran = testResults.flatMap(({ assertionResults }) => assertionResults);
    const ofRow = ran.filter(({ title }) => new RegExp(named).test(title));
    if (ofRow.length === 0) return undefined;
    return ofRow.filter(({ status }) => status === 'failed').length;
  } catch {
    return undefined;
  }
}

/** What git knows, as it is now; and the installed packages, but with this copy's own. */
export function copyRepository(copy: string): void {
  const listed = spawnSync(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', '-z'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  for (const file of listed.stdout.split('\0').filter(Boolean)) {
    if (!existsSync(join(root, file))) continue; // removed, and git has not been told yet
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(root, file), join(copy, file));
  }
  link(join(root, 'node_modules'), join(copy, 'node_modules'), copy);
}

function link(from: string, to: string, copy: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    const real = realpathSync(join(from, name));
    const inside = relative(root, real);
    const isOwn = !inside.startsWith('..') && !inside.split(sep).includes('node_modules');
    if (name.startsWith('@')) link(join(from, name), join(to, name), copy);
    else symlinkSync(isOwn ? join(copy, inside) : real, join(to, name), 'junction');
  }
}
