import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './workspaces.ts';

// Real servers that are killed and frozen need a processor of their own to be judged by.
const CONCURRENCY = 2;

/**
 * Runs tasks of all packages that have them, and goes on after a failure, so that one run shows all.
 * What turbo has in its cache is not run again.
 */
export async function runTurbo(
  tasks: readonly string[],
): Promise<'passed' | 'failed' | 'interrupted'> {
  // The file and not the command: that is a script on Windows, which needs a shell.
  const turbo = join(root, 'node_modules/turbo/bin/turbo');
  const child = spawn(
    process.execPath,
    [
      turbo,
      'run',
      ...tasks,
      '--continue=always',
      `--concurrency=${CONCURRENCY}`,
      '--output-logs=new-only',
      '--log-order=stream',
      '--ui=stream',
      '--no-update-notifier',
    ],
    { cwd: root, env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' }, stdio: 'inherit' },
  );
  let interrupted = false;
  // turbo ends its tasks first; we wait for it, so that nothing is left behind.
  const handOn = (signal: NodeJS.Signals) => {
    interrupted = true;
    child.kill(signal);
  };
  process.on('SIGINT', handOn).on('SIGTERM', handOn);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', resolve);
    });
    if (interrupted) return 'interrupted';
    return code === 0 ? 'passed' : 'failed';
  } finally {
    process.off('SIGINT', handOn).off('SIGTERM', handOn);
  }
}
