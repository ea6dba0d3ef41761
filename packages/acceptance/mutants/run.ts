// `npm run mutants`: puts one fault after the other into a copy of the repository, and runs the
// tests of the requirement that it breaks. They have to fail, and because of that requirement.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { copyRepository, judge } from './judge.ts';
import { mutants } from './mutants.ts';

const WORKERS = 2;
const FAILED = 1;
const BAD_CONFIGURATION = 78;

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

try {
  process.exitCode = await main();
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  if (!code?.startsWith('ERR_PARSE_ARGS')) throw error;
  console.error(message);
  process.exitCode = BAD_CONFIGURATION;
}
