import { spawnSync } from 'node:child_process';
import { basename } from 'node:path';
import { CreateError } from './run-command.ts';

/** Runs `npm install` in a folder, before the eyes of the user. @throws CreateError */
export function install(folder: string): void {
  // npm tells its scripts where it lives. Calling that file by Node works on Windows too, where npm
  // itself is a script that cannot be spawned without a shell. Another package manager may have
  // called us, but the app's lock file is npm's.
  const script = process.env['npm_execpath'] ?? '';
  const options = { cwd: folder, stdio: 'inherit' } as const;
  const { status } = /^npm(-cli)?\.c?js$/.test(basename(script))
    ? spawnSync(process.execPath, [script, 'install'], options)
    : spawnSync('npm install', { ...options, shell: true });
  if (status === 0) return;
  throw new CreateError(
    `The app is in ${folder}, but npm install failed there (npm says why above): run it again.`,
    69,
  );
}
