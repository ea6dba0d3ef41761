// Several processes of an example on one port (node:cluster), as a supervisor runs them: this process
// hands the connections round, and replaces a process that was killed. Runs in the example's folder.
import cluster, { type Worker } from 'node:cluster';
import { sayEnding } from './example-process.ts';
import { eachLine } from './lines.ts';

const count = Number(process.argv[2]);
let isStopping = false;
let listening = 0;

// However this process ends, they end with it: node:cluster sees to that.
cluster.setupPrimary({ exec: 'src/server.ts', execArgv: ['--import', 'tsx'], silent: true });

function start(): void {
  const worker = cluster.fork();
  let isReady = false;
  worker.process.stderr?.pipe(process.stderr, { end: false });
  eachLine(worker.process.stdout, (line) => {
    // Each says so; it is true when all do.
    if (!/ example listening on http/.test(line)) return console.log(line);
    isReady = true;
    listening += 1;
    if (listening === count) console.log(line);
  });
  worker.once('exit', (code, signal) => {
    if (isStopping) return;
    if (!isReady) return stop(code ?? 1); // it has said why, and another would say the same
    const ending = sayEnding({ code, signal: signal as NodeJS.Signals | null });
    console.error(`process ${worker.process.pid} ${ending}: another takes its place.`);
    start();
  });
}

async function stop(exitCode: number): Promise<void> {
  isStopping = true;
  const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
  await Promise.all(workers.map(end));
  process.exit(exitCode);
}

/** Its connections end first: it answers what is in flight. */
function end(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    worker.once('exit', () => resolve());
    worker.process.kill('SIGTERM');
  });
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (!isStopping) stop(0);
  });
}
for (let instance = 0; instance < count; instance += 1) start();
