// `npm run chaos`: users and faults at random, on the hybrid example and on a naive one, and a checker
// over what they were told.
import { randomInt } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureRedisBinary } from '@session-lab/services';
import { ConfigError } from 'security-helpers';
import { runCommand } from '../../lab/src/run-command.ts';
import { FAULT_NAMES } from './faults.ts';
import { type Plan, play } from './play.ts';
import { describe, failures, list } from './verdict.ts';

const SEEDS = 3;
const OPERATIONS = 2000;
const OPERATIONS_PER_FAULT = 500; // of each kind
const ENOUGH_TO_CATCH = 2000;
const FAILED = 1;

const usage = `Usage: npm run chaos [-- options]

Many users log in, read, write, log out and end each other's sessions on three instances of the
hybrid example, while Redis, Postgres and the instances are killed, frozen, wiped, rolled back and
cut off. A checker over all answers counts the promises that were broken. Then the same, or as much as
it takes, on a naive hybrid, which has to be caught. Faults: ${FAULT_NAMES.join(', ')}.

  --operations N   how many things the users do in each run; ${OPERATIONS} unless given. Each kind of
                   fault strikes once for every ${OPERATIONS_PER_FAULT} of them, twice at least.
  --seed N         this one run, once more; else ${SEEDS} runs with seeds of chance
  --naive          the naive hybrid only
  --verbose        say what strikes when
`;

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      help: { type: 'boolean', short: 'h' },
      operations: { type: 'string', default: String(OPERATIONS) },
      seed: { type: 'string' },
      naive: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const operations = readNumber('--operations', values.operations);
  const seeds =
    values.seed === undefined
      ? Array.from({ length: SEEDS }, () => randomInt(2 ** 31))
      : [readNumber('--seed', values.seed)];
  // The stores and the instances end with this process, however it ends in order.
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => process.exit(130));
  await ensureRedisBinary({ announce: (line) => console.error(line) });

  const planFor = (most: number) => ({
    operations: most,
    faults: timesFor(most),
    isVerbose: values.verbose,
  });
  const plan = planFor(operations);
  let isGood = true;
  if (!values.naive) {
    for (const seed of seeds) {
      isGood = (await tryHybrid({ ...plan, seed, script: 'instance.ts' })) && isGood;
    }
  }
  const [seed = 0] = seeds;
  const control = Math.min(operations, ENOUGH_TO_CATCH);
  if (values.seed !== undefined && !values.naive) return isGood ? 0 : FAILED;
  return (await catchNaive({ ...planFor(control), seed, script: 'naive.ts' })) && isGood
    ? 0
    : FAILED;
}

interface Run extends Plan {
  isVerbose: boolean;
}

/** @returns whether it has kept its promises. */
async function tryHybrid(run: Run): Promise<boolean> {
  const { outcome, minutes } = await playAloud('The hybrid example', run);
  console.log(`  ${minutes}\n${describe(outcome)}`);
  const found = failures(outcome);
  if (found.length === 0) return true;
  const { seed, operations } = run;
  const folder = fileURLToPath(new URL('../.results/', import.meta.url));
  const file = `${folder}chaos-${seed}.jsonl`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, outcome.events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  console.log(`${list(found)}  All that happened: ${file}`);
  console.log(`  Again: npm run chaos -- --seed ${seed} --operations ${operations}\n`);
  return false;
}

/** @returns whether the naive one was caught: else chaos catches nothing. */
async function catchNaive(run: Run): Promise<boolean> {
  const { outcome, minutes } = await playAloud('A naive hybrid, as the control', run);
  const { lostLogins, resurrectedLogouts } = outcome.violations;
  console.log(`  ${minutes}\n${describe(outcome)}`);
  console.log(list([...lostLogins.slice(0, 2), ...resurrectedLogouts.slice(0, 2)]));
  const isCaught = lostLogins.length > 0 && resurrectedLogouts.length > 0;
  console.log(isCaught ? '  It was caught.' : '  ✗ It was not caught: this run has shown nothing.');
  return isCaught;
}

async function playAloud(title: string, run: Run) {
  const { seed, operations, isVerbose } = run;
  console.log(`${title}, seed ${seed}, ${operations.toLocaleString('en')} operations`);
  const began = performance.now();
  const { stderr } = process;
  const progress = (line: string) => {
    if (isVerbose) stderr.write(`  ${line}\n`);
    else if (stderr.isTTY) stderr.write(`\r\x1b[K  ${line.slice(0, 90)}`);
  };
  const outcome = await play({ ...run, progress });
  if (stderr.isTTY && !isVerbose) stderr.write('\r\x1b[K');
  const seconds = Math.round((performance.now() - began) / 1000);
  return { outcome, minutes: `${Math.floor(seconds / 60)} min ${seconds % 60} s` };
}

const timesFor = (operations: number) => Math.max(2, Math.round(operations / OPERATIONS_PER_FAULT));

function readNumber(option: string, text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new ConfigError(`${option} must be a whole number from 1 to 999999999.`);
}

await runCommand(main);
