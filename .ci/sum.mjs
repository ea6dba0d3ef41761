// Adds up what the steps of .ci/run counted. Its arguments are the steps that failed. A step that
// failed without a failing test, or left no counts, has crashed: that is a failure too, so that no
// sum is green by missing something. What failed (✗), or passed at its second try only (↻), is said once
// more: who looks at a long run sees its end first.
import { readFileSync } from 'node:fs';

const failedSteps = process.argv.slice(2);
const sum = { passed: 0, failed: 0, skipped: 0 };

for (const step of ['test', 'test-all', 'node24']) {
  const counts = read(step);
  if (!counts) console.log(`${step} ended before it had counted its tests.`);
  else if (counts.failed === 0 && failedSteps.includes(step)) {
    console.log(`${step} failed, though no test of it did.`);
  }
  for (const test of counts?.secondTries ?? []) console.log(`${step} ${test}`);
  for (const failure of counts?.failures ?? []) console.log(`${step} ${failure}`);
  const { passed, failed, skipped } = counts ?? { passed: 0, failed: 1, skipped: 0 };
  sum.passed += passed;
  sum.failed += Math.max(failed, failedSteps.includes(step) ? 1 : 0);
  sum.skipped += skipped;
}

console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
process.exitCode = sum.failed === 0 ? 0 : 1;

function read(step) {
  try {
    return JSON.parse(readFileSync(new URL(`../.results/${step}.json`, import.meta.url), 'utf8'));
  } catch {
    return undefined;
  }
}
