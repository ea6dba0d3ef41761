// The examples' own tests once more, on Node 24, whatever this machine's Node is: npm has that
// binary as a package, so that nothing is installed into the system. Run with `--import tsx`.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as report from '../packages/acceptance/src/report/results.ts';
import { writeReport } from '../packages/acceptance/src/report/summary.ts';
import { readWorkspaces, resultsFile, root } from '../packages/acceptance/src/report/workspaces.ts';
import { findOrInstallNode24, UnavailableError } from '../packages/services/src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'session-lab-node24-'));

try {
  process.exitCode = await main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function main() {
  try {
    const node24 = await findOrInstallNode24((line) => console.log(line));
    const examples = readWorkspaces().filter((each) => each.folder.startsWith('examples/'));
    return finish(report.join(examples.map((example) => testOn(node24, example.folder))));
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    return finish({ tests: [], problems: [error.message] });
  }
}

function testOn(node24, example) {
  const file = resultsFile(example, 'node24');
  const versionsFile = join(folder, `${example.replace('/', '-')}.versions`);
  rmSync(file, { force: true });
  console.log(`\n${example} on Node 24`);
  const vitest = spawnSync(
    node24,
    [
      join(root, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      '--testTimeout=60000',
      '--hookTimeout=120000',
      '--retry=1',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
    ],
    {
      cwd: join(root, example),
      stdio: 'inherit',
      env: {
        ...process.env,
        // Counts for the tests' own workers and for the servers they start as well.
        NODE_OPTIONS: `--import=${new URL('note-version.mjs', import.meta.url).href}`,
        SESSION_LAB_VERSIONS: versionsFile,
      },
    },
  );
  const results = report.readResults(file, example, 'node24');
  for (const { title } of report.silentlySkipped(results)) {
    results.problems.push(`"${title}" (${example}) was skipped, and no meta.because says why`);
  }
  if (vitest.status !== 0 && report.count(results).failed === 0) {
    results.problems.push(`The tests of ${example} failed as a whole: see above`);
  }
  const versions = existsSync(versionsFile) ? readFileSync(versionsFile, 'utf8').trim() : '';
  const used = [...new Set(versions.split('\n'))].join(', ');
  console.log(`Its processes ran on Node ${used || '(nobody knows)'}`);
  if (!/^v24\.[^,]+$/.test(used))
    results.problems.push(`${example} was not tested on Node 24 only`);
  return results;
}

function finish(results) {
  const [counts, failures] = [report.count(results), report.failures(results)];
  const secondTries = report.secondTries(results);
  if (failures.length > 0) console.log(`\n${failures.join('\n')}`);
  console.log(`\n${report.sayCounts(counts)}`);
  writeReport('node24', { ...counts, failures, secondTries });
  return counts.failed === 0 ? 0 : 1;
}
