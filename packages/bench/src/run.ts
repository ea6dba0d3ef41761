// `npm run bench`: measures the examples beside servers as the libraries' READMEs have them.
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureRedisBinary } from '@session-lab/services';
import { ConfigError } from 'security-helpers';
import { runCommand } from '../../lab/src/run-command.ts';
import { closing } from '../../lab/src/stories/stage.ts';
import { startGenerator } from './generator.ts';
import { type Profile, quick } from './profiles.ts';
import { progressLine } from './progress.ts';
import { publish, readResults, writePart } from './publish.ts';
import { report } from './report.ts';
import { problems, type Results, type Run } from './results.ts';
import { sayHot } from './say-hot.ts';
import { contestants } from './servers.ts';
import { openServers, openStores } from './stage.ts';
import { type StageName, stageNames, stages } from './stages.ts';
import { doubts, lookAtSystem } from './system.ts';
import { takeProfile } from './take-profile.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const UNPUBLISHED = `${root}.results/bench`;
const PUBLISHED = `${root}docs/benchmarks`;
const FAILED = 1;

const names = contestants.map(({ name }) => name);
const about = stageNames.map((name) => `      ${name.padEnd(14)}${stages[name].about}`);

const usage = `Usage: npm run bench [-- options]       requests, quick: less than three minutes
       npm run bench:full [-- options]  all stages, with more load: an hour; writes docs/benchmarks

Measures the five examples, all hardening on, beside servers as the READMEs of the libraries have
them, in turn and in several rounds, on a Redis and a Postgres of its own. Prints tables and what to
take from them; leaves them, plots and all numbers in .results/bench. Stop other programs first.

  --publish        write to docs/benchmarks instead
  --report         measure nothing: write anew what is said of what was measured
  --only <stage>   only this stage (several times for several); what others have left stays:
${about.join('\n')}
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
      report: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      cpu: { type: 'string', multiple: true, default: [] },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  refuseUnknown('server', values.cpu, names);
  refuseUnknown('stage', values.only, stageNames);
  const folder = values.full || values.publish ? PUBLISHED : UNPUBLISHED;
  if (values.report) {
    publish(folder);
    return 0;
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
  const plan = values.full ? 'full' : 'quick';
  const chosen = stageNames.filter((name) =>
    values.only.length > 0 ? values.only.includes(name) : values.full || name === 'requests',
  );
  const most = Math.max(...chosen.map((name) => stages[name].connections(plan)));
  for (const doubt of doubts(await lookAtSystem(), most)) console.log(doubt);
  for (const name of chosen) await runStage(name, plan, folder);

  const all = readResults(folder);
  const results: Results = Object.fromEntries(chosen.map((name) => [name, all[name]]));
  console.log(report(results));
  console.log(`Plots, and all numbers: ${relative(process.cwd(), folder)}`);
  const cells = [results.requests, results.users].flatMap((part) => part?.cells ?? []);
  return problems(cells).length > 0 ? FAILED : 0;
}

/** What it has seen is written whenever there is more of it. */
async function runStage(stage: StageName, plan: Run['plan'], folder: string): Promise<void> {
  const progress = progressLine(process.stderr);
  const show = (done: number, line: string) => progress.show(done, `${stage}: ${line}`);
  const save = (part: unknown) => {
    writePart(folder, stage, part);
    publish(folder);
  };
  await closing((open) => stages[stage].run(open, { plan, progress: show, save }));
  progress.end();
}

function refuseUnknown(what: string, wanted: readonly string[], known: readonly string[]): void {
  const unknown = wanted.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new ConfigError(`There is no ${what} '${unknown}': choose from ${known.join(', ')}.`);
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
