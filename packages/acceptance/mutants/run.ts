// `npm run mutants`: puts one fault after the other into a copy of the repository, and runs the
// tests of the requirement that it breaks. They have to fail, and because of that requirement.
import { spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../src/report/workspaces.ts';
import { type Mutant, mutants } from './mutants.ts';

const WORKERS = 2;
const FAILED = 1;
const BAD_CONFIGURATION = 78;
const DEFAULT_TESTS = 'packages/acceptance/test/memory.contract.test.ts';

type Verdict = 'killed' | 'survived' | 'does not apply' | 'broke more than its requirement';

const usage = `Usage: npm run mutants [-- row …]

Takes out one guard after the other, in a copy, and expects the tests of its requirement to notice.
With numbers: only the faults of these requirements. There are ${mutants.length}.
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const rows = positionals.map(Number);
  const chosen = mutants.filter(({ row }) => rows.length === 0 || rows.includes(row));
  if (chosen.length === 0) {
    console.error(`There is no fault for ${positionals.join(', ')}: see npm run mutants -- --help`);
    return BAD_CONFIGURATION;
  }

  const folder = mkdtempSync(join(tmpdir(), 'session-lab-mutants-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => process.exit(130));
  const queue = [...chosen];
  let survivors = 0;
  const work = async (copy: string) => {
    copyRepository(copy);
    for (let mutant = queue.shift(); mutant; mutant = queue.shift()) {
      const verdict = await judge(copy, mutant);
      if (verdict !== 'killed') survivors += 1;
      const mark = verdict === 'killed' ? '✓' : '✗';
      console.log(`${mark} #${String(mutant.row).padEnd(3)} ${verdict.padEnd(8)} ${mutant.fault}`);
    }
  };
  const workers = Array.from({ length: WORKERS }, (_, index) => work(join(folder, String(index))));
  await Promise.all(workers);
  console.log(`\n${chosen.length - survivors} of ${chosen.length} killed`);
  return survivors === 0 ? 0 : FAILED;
}

async function judge(copy: string, mutant: Mutant): Promise<Verdict> {
  const file = join(copy, mutant.file);
  const source = readFileSync(file, 'utf8');
  if (source.split(mutant.from).length !== 2) return 'does not apply';
  writeFileSync(
    file,
    source.replace(mutant.from, () => mutant.to),
  );
  try {
    const failed = await failedTests(copy, mutant);
    if (failed === undefined) return 'broke more than its requirement';
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
function copyRepository(copy: string): void {
  const listed = spawnSync(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', '-z'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  for (const file of listed.stdout.split('\0').filter(Boolean)) {
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

try {
  process.exitCode = await main();
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  if (!code?.startsWith('ERR_PARSE_ARGS')) throw error;
  console.error(message);
  process.exitCode = BAD_CONFIGURATION;
}
