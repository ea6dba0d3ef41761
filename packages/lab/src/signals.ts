/** What can be told to end. */
export interface Stoppable {
  stop(): Promise<void>;
  kill(): void;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const SAME_KEYPRESS_MS = 1000;

/**
 * The first signal stops in order, a second one at once. So does the end of the shell through which
 * npm runs us: a SIGTERM for `npm start` ends that shell and would otherwise never reach us.
 *
 * @returns what takes the handlers away again.
 */
export function stopOnSignals(target: Stoppable): () => void {
  let first: number | undefined;
  const handle = () => {
    if (first === undefined) {
      first = performance.now();
      console.log('\nStopping … (Ctrl-C once more to stop at once)');
      target.stop().catch((error) => {
        console.error(error);
        process.exitCode = 1;
      });
    } else if (performance.now() - first > SAME_KEYPRESS_MS) {
      // Sooner, it is the same Ctrl-C: the terminal sends it to us, and npm hands it on as well.
      target.kill();
      process.exit(130);
    }
  };
  for (const signal of signals) process.on(signal, handle);
  const shell = process.ppid;
  const watch = setInterval(() => {
    if (first === undefined && process.env['npm_command'] && process.ppid !== shell) handle();
  }, 500);
  return () => {
    clearInterval(watch);
    for (const signal of signals) process.off(signal, handle);
  };
}
