// `npm run bench`: measures the examples beside servers as the libraries' READMEs have them.
import { mkdirSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureRedisBinary } from '@session-lab/services';
import { ConfigError } from 'security-helpers';
import { runCommand } from '../../lab/src/run-command.ts';
import { closing } from '../../lab/src/stories/stage.ts';
import { bench, benchPrune, benchSizes } from './bench.ts';
import { startGenerator } from './generator.ts';
import { plots } from './plots.ts';
import { full, mostConnections, type Profile, quick } from './profiles.ts';
import { progressLine } from './progress.ts';
import { report, sayGrowth, sayHot, sayPrunes } from './report.ts';
import { problems, type Results } from './results.ts';
import { contestants } from './servers.ts';
import { upTo } from './sizes.ts';
import { openServers, openStores } from './stage.ts';
import { doubts, lookAtSystem } from './system.ts';
import { takeProfile } from './take-profile.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const UNPUBLISHED = `${root}.results/bench`;
const PUBLISHED = `${root}docs/benchmarks`;
const FAILED = 1;
const MILLION = 1_000_000;

const names = contestants.map(({ name }) => name);

const usage = `Usage: npm run bench [-- options]       quick: less than three minutes
       npm run bench:full                more load, longer; writes docs/benchmarks

Measures the five examples, all hardening on, beside servers as the READMEs of the libraries have
them, in turn and in several rounds, on a Redis and a Postgres of its own. Prints tables and what to
take from them; leaves them, plots and all numbers in .results/bench. Stop other programs first.

  --publish        write to docs/benchmarks instead
  --sizes <n>      only show how many bytes sessions take in a store, up to n of them; bench:full
                   measures up to ${MILLION.toLocaleString('en')} as well
  --prune <n>      only show how Postgres serves while n expired rows are removed; bench:full as well
  --cpu <server>   only show where the processor time of this server goes (several times for several):
                   ${names.join(', ')}
`;

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      help: { type: 'boolean', short: 'h' },
      full: { type: 'boolean', default: false },
      publish: { type: 'boolean', default: false },
      sizes: { type: 'string' },
      prune: { type: 'string' },
      cpu: { type: 'string', multiple: true, default: [] },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const unknown = values.cpu.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new ConfigError(`There is no server '${unknown}': choose from ${names.join(', ')}.`);
  }
  // Stores, servers and the load go with this process, as long as it exits by itself.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => process.exit(130));
  }
  await ensureRedisBinary({ announce: (text) => console.error(text) });
  if (values.cpu.length > 0) {
    await showProcessorTime(values.cpu);
    return 0;
  }

  const progress = progressLine(process.stderr);
  if (values.sizes !== undefined) {
    const plan = upTo(readCount('--sizes', values.sizes));
    const sizes = await closing((open) => benchSizes(open, plan, progress.show));
    progress.end();
    console.log(sayGrowth(sizes));
    return 0;
  }
  if (values.prune !== undefined) {
    const rows = readCount('--prune', values.prune);
    const prunes = await closing((open) => benchPrune(open, rows, progress.show));
    progress.end();
    console.log(sayPrunes(prunes));
    return 0;
  }

  const plan = values.full ? full : quick;
  for (const doubt of doubts(await lookAtSystem(), mostConnections(plan))) console.log(doubt);
  const results = await closing((open) => bench(open, { plan, progress: progress.show }));
  if (values.full) {
    results.sizes = await closing((open) => benchSizes(open, upTo(MILLION), progress.show));
    results.prunes = await closing((open) => benchPrune(open, MILLION, progress.show));
  }
  progress.end();
  const folder = values.full || values.publish ? PUBLISHED : UNPUBLISHED;
  console.log(write(results, folder));
  console.log(`Plots, and all numbers: ${relative(process.cwd(), folder)}`);
  return problems(results.cells).length > 0 ? FAILED : 0;
}

function readCount(option: string, text: string): number {
  const count = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (count >= 1000 && count <= MILLION) return count;
  throw new ConfigError(`${option} must be a whole number from 1000 to ${MILLION}.`);
}

/** @returns the report. */
function write(results: Results, folder: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/results.json`, `${JSON.stringify(results, null, 1)}\n`);
  const text = report(results);
  const drawn = plots(results);
  const images = [...drawn.keys()].map((file) => `![${file.replace('.svg', '')}](${file})\n`);
  writeFileSync(`${folder}/README.md`, `${text}\n${images.join('')}`);
  for (const [file, svg] of drawn) writeFileSync(`${folder}/${file}`, svg);
  return text;
}

async function showProcessorTime(servers: readonly string[]): Promise<void> {
  const load = quick.profiles.find(({ name }) => name === 'read-50') as Profile;
  await closing(async (open) => {
    const stores = await openStores(open);
    await openServers(open, [], stores, {});
    const generator = await open(startGenerator());
    for (const contestant of contestants.filter(({ name }) => servers.includes(name))) {
      const longer = { ...load, until: { seconds: 4 } };
      const options = { stores, generator, load: longer, folder: UNPUBLISHED };
      const { file, cpuMicroseconds, hot } = await takeProfile(open, contestant, options);
      console.log(`\n${contestant.title}, ${load.title}: ${relative(process.cwd(), file)}`);
      console.log(sayHot(hot, cpuMicroseconds));
    }
  });
}

await runCommand(main);
