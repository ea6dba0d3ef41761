import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** An example in a process of its own, as it would run anywhere. */
export interface ServerProcess {
  readonly url: string;
  readonly pid: number;
  /** What it has written so far, both streams. */
  output(): string;
  /** SIGKILL: no warning, no clean-up. Resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGTERM. Resolves with the exit code. */
  stop(): Promise<number | null>;
}

// A test run that is stopped at its first failure runs no handlers: then the servers end by themselves.
const exitWithParent = new URL('../../lab/src/exit-with-parent.mjs', import.meta.url).href;

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/**
 * Starts a server in a folder, with nothing but this environment and the system's own.
 *
 * @param script its file, in that folder. @param loader what makes JavaScript of it.
 * @throws Error with the process's output when it ends before it listens.
 */
export async function startServer(
  folder: string,
  env: Record<string, string>,
  script = 'src/server.ts',
  loader = 'tsx',
): Promise<ServerProcess> {
  const child = spawn(process.execPath, ['--import', exitWithParent, '--import', loader, script], {
    cwd: folder,
    env: { ...systemEnv(), PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  running.add(child);
  let output = '';
  const exited = once(child, 'exit').then(([code]) => {
    running.delete(child);
    return code as number | null;
  });
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk;
      const [, found] = /listening on (http:\S+)\n/.exec(output) ?? [];
      if (found) resolve(found);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    exited.then((code) => reject(new ExitedError(code, output)));
  });
  return {
    url,
    pid: child.pid ?? -1,
    output: () => output,
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    stop() {
      child.kill('SIGTERM');
      return exited;
    },
  };
}

/** The server ended by itself. */
export class ExitedError extends Error {
  readonly exitCode: number | null;
  readonly output: string;
  constructor(exitCode: number | null, output: string) {
    super(`the server ended with exit code ${exitCode}: ${output}`);
    this.exitCode = exitCode;
    this.output = output;
  }
}

// A developer's own settings must not reach a server under test.
function systemEnv(): Record<string, string> {
  const names = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'LANG'];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
