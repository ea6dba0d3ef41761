// `npm test` and `npm run test:all`: runs the tasks of all packages and says what came of it.
import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ensureRedisBinary, UnavailableError } from '@session-lab/services';
import { coverage, coverageTable } from './report/coverage.ts';
import {
  compareFailoverFile,
  forgetRedisFailovers,
  readRedisFailovers,
} from './report/failover.ts';
import { sayLeftOut } from './report/left-out.ts';
import { locator } from './report/locate.ts';
import { compareOutagesFile, forgetSeen, readSeen, timesTables } from './report/outages.ts';
import { type Plan, planSlow, planTest } from './report/plan.ts';
import { requirements } from './report/requirements.ts';
import {
  count,
  failures,
  join,
  type Results,
  readResults,
  sayCounts,
  secondTries,
  silentlySkipped,
} from './report/results.ts';
import { compareSecurityFile, lostTests, securityDocument } from './report/security.ts';
import {
  compareStandbyFile,
  forgetFailovers,
  numbersTable,
  readFailovers,
} from './report/standby.ts';
import { reportFile, writeReport } from './report/summary.ts';
import { runTurbo } from './report/turbo.ts';
import { readWorkspaces, resultsFile, type Workspace } from './report/workspaces.ts';

/** Each differs from the one before it by its store. */
const READ_IN_ORDER = ['memory', 'redis', 'postgres', 'hybrid', 'koa'];
const FAILED = 1;
const UNAVAILABLE = 69;
const BAD_CONFIGURATION = 78;
const INTERRUPTED = 130;

const usage = `Usage: npm test                      types, lint, unit tests, the contract, the examples' own tests
       npm test -- --without-redis   what of that needs no Redis; the rest is named
       npm run test:all              the slow tests, which npm test leaves out
SESSION_LAB_NO_INSTALL=1             never install a system package such as Redis
`;

async function main({ all, withoutRedis }: { all: boolean; withoutRedis: boolean }) {
  if (all && withoutRedis) {
    console.error('--without-redis is for npm test: all slow tests are left out without Redis.');
    return BAD_CONFIGURATION;
  }
  const missing = withoutRedis ? undefined : await lookForRedis();
  const workspaces = readWorkspaces();
  const hasRedis = !withoutRedis && missing === undefined;
  const plan = (all ? planSlow : planTest)(workspaces, hasRedis);

  // A result of an earlier run must never be counted as one of this run. (What turbo has in its
  // cache it puts back.)
  rmSync(reportFile(plan.name), { force: true });
  for (const { folder, task } of plan.expected) rmSync(resultsFile(folder, task), { force: true });
  if (all) {
    forgetSeen();
    forgetFailovers();
    forgetRedisFailovers();
  }

  console.log(`Next: ${plan.next}.\n`);
  const ended = plan.tasks.length > 0 ? await runTurbo(plan.tasks) : 'passed';
  if (ended === 'interrupted') {
    console.log('\nInterrupted.');
    return INTERRUPTED;
  }
  const isGreen = report(plan, workspaces, ended === 'passed');
  if (plan.leftOut.length > 0) console.log(sayLeftOut(plan, workspaces));
  if (missing) console.log(`${missing} (Tests kill their Redis: none by its URL.)`);
  if (!isGreen) return FAILED;
  return missing ? UNAVAILABLE : 0;
}

/** @returns the sentence that says why there is none and what would help. */
async function lookForRedis(): Promise<string | undefined> {
  try {
    const { title } = await ensureRedisBinary({ announce: (line) => console.log(line) });
    console.log(`Redis: ${title}`);
    return undefined;
  } catch (error) {
    if (error instanceof UnavailableError) return error.message;
    throw error;
  }
}

/** Says what came of it, the sum last, and leaves it in `.results` for other tools. */
function report(plan: Plan, workspaces: readonly Workspace[], isGreen: boolean): boolean {
  const results = join(
    plan.expected.map(({ folder, task }) => readResults(resultsFile(folder, task), folder, task)),
  );
  for (const { folder, title } of silentlySkipped(results)) {
    results.problems.push(`"${title}" (${folder}) was skipped, and no meta.because says why`);
  }
  if (plan.name === 'test' && plan.leftOut.length === 0) {
    results.problems.push(...reportCoverage(workspaces, results));
  }
  if (plan.name === 'test-all' && plan.leftOut.length === 0) {
    results.problems.push(...reportOutages(), ...reportRedisFailovers());
  }
  // Types, lint, or a crash after the last test: turbo has shown what, the results have not.
  if (!isGreen && count(results).failed === 0) {
    results.problems.push('A task failed, though all its tests passed: see above');
  }

  const [counts, failed, retried] = [count(results), failures(results), secondTries(results)];
  if (retried.length > 0) console.log(`\nAt the second try only:\n${retried.join('\n')}`);
  if (failed.length > 0) console.log(`\n${failed.join('\n')}`);
  console.log(`\n${sayCounts(counts)}`);
  writeReport(plan.name, { ...counts, failures: failed, secondTries: retried });
  return counts.failed === 0;
}

function reportCoverage(workspaces: readonly Workspace[], { tests }: Results): string[] {
  const examples = workspaces
    .map(({ folder }) => /^examples\/(.+)$/.exec(folder)?.[1])
    .filter((name) => name !== undefined)
    .sort((a, b) => READ_IN_ORDER.indexOf(a) - READ_IN_ORDER.indexOf(b));
  const found = coverage(requirements, examples, tests);
  console.log(`\n${coverageTable(found)}`);
  writeReport('coverage', found);
  const locate = locator();
  const drift = compareSecurityFile(securityDocument(found, locate));
  return [...found.problems, ...lostTests(found, locate), ...(drift ? [drift] : [])];
}

/** What was seen of outages. How long it took is shown, since no comparison looks at it. */
function reportOutages(): string[] {
  const [found, failovers] = [readSeen(), readFailovers()];
  if (!found || !failovers) {
    return ['Not all outages were seen, so that docs/outages.md and docs/standby.md may be wrong'];
  }
  console.log(`\n${timesTables(found.seen)}\n${numbersTable(failovers)}`);
  const drifts = [compareOutagesFile(found), compareStandbyFile(failovers)];
  return drifts.filter((drift) => drift !== undefined);
}

function reportRedisFailovers(): string[] {
  const found = readRedisFailovers();
  if (!found) return ['Not all failovers were seen, so that docs/failover.md may be wrong'];
  const drift = compareFailoverFile(found);
  return drift ? [drift] : [];
}

try {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean', short: 'h' },
      all: { type: 'boolean', default: false },
      'without-redis': { type: 'boolean', default: false },
    },
  });
  if (values.help) console.log(usage);
  else process.exitCode = await main({ ...values, withoutRedis: values['without-redis'] });
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  if (!code?.startsWith('ERR_PARSE_ARGS')) throw error;
  console.error(message);
  process.exitCode = BAD_CONFIGURATION;
}
