// `npm run overload [example …]`: ten thousand people, and twice what the example can do.
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { ensureRedisBinary } from '@session-lab/services';
import { ConfigError } from 'security-helpers';
import { runCommand } from '../../lab/src/run-command.ts';
import { spread } from './spread.ts';
import { tryCrowd } from './try.ts';
import { faults } from './verdict.ts';

const PEOPLE = 10_000;
const SECONDS = 60;
const PAIRS = 15;
/** Of the server's work; with less in answers, it is busy with saying no. */
const WORK = 0.8;
/** Of what it can do. Less than of the work: the crowd takes its part of the machine as well. */
const SERVED = 0.7;
/** Beside the connections: files, the store, the log. */
const SPARE_FILES = 200;

const usage = `Usage: npm run overload [example …] [-- options]

A crowd, each with a connection that is kept and a session, asks an example (redis unless named) for
profiles: first to find out what it can do, then half of that, then twice. At half nobody may meet an
error. At twice everybody has to be answered, with 200 or with 503 and Retry-After, no connection may
be dropped and the memory must not grow. Then ${PAIRS} short rushes, each between two looks at what the
example can do at that time: of that, ${SERVED} must be served in the median, and ${WORK} of the server's
processor time must go into answers. Unlike what is served, that does not depend on what else this
machine does, the crowd included.

  --people N    ${PEOPLE} unless given; server and crowd need a file for each
  --seconds N   of the long rush; ${SECONDS} unless given
`;

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      people: { type: 'string', default: String(PEOPLE) },
      seconds: { type: 'string', default: String(SECONDS) },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const people = readNumber('--people', values.people);
  const seconds = readNumber('--seconds', values.seconds);
  requireFiles(people);
  // The store, the server and the crowd end with this process, however it ends in order.
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => process.exit(130));
  await ensureRedisBinary({ announce: (line) => console.error(line) });

  let isGood = true;
  for (const example of positionals.length > 0 ? positionals : ['redis']) {
    console.log(`The ${example} example, ${people} people:`);
    const outcome = await tryCrowd({ example, people, seconds, pairs: PAIRS }, (line) =>
      console.log(`  ${line}`),
    );
    const { memory, pairs } = outcome;
    const [before, last] = memory.map(Math.round);
    console.log(
      `  in ${pairs.length} short rushes, by what it could do just before and after:\n` +
        `    served ${say(pairs.map(({ served }) => served))}\n` +
        `    of its work, into answers ${say(pairs.map(({ work }) => work))}`,
    );
    console.log(`  memory of the server: ${before} MiB, then ${last} MiB`);
    const demands = { served: SERVED, work: WORK, halfIsEasy: true, growth: 1.1 };
    const found = faults(outcome, demands);
    console.log(found.map((fault) => `  ✗ ${fault}\n`).join('') || '  ✓ nothing to complain of\n');
    if (found.length > 0) isGood = false;
  }
  return isGood ? 0 : 1;
}

function say(numbers: number[]): string {
  const { median, min, max } = spread(numbers);
  return `${median.toFixed(2)} (${min.toFixed(2)} to ${max.toFixed(2)})`;
}

function readNumber(option: string, text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new ConfigError(`${option} must be a whole number from 1 to 999999`);
}

/** Node raises its own limit as far as the system lets it. */
function requireFiles(people: number): void {
  if (process.platform === 'win32') return;
  const most = Number(execFileSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }));
  if (Number.isNaN(most) || most >= people + SPARE_FILES) return; // or "unlimited"
  throw new ConfigError(
    `This system lets a process open ${most} files, and ${people} people need ` +
      `${people + SPARE_FILES}: raise it (ulimit -n), or take fewer (--people).`,
  );
}

await runCommand(main);
