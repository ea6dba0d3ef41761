// Where the starters are made: a folder for all of them, outside of the repository, and the
// commands that are run there.
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A command that failed, with all that it has printed. */
export class CommandFailed extends Error {}

export class Workplace {
  /** Whatever the commands leave behind is in here. */
  readonly folder: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #guard: ChildProcess;

  constructor() {
    this.folder = mkdtempSync(join(realpathSync(tmpdir()), 'starters-'));
    const temporary = join(this.folder, 'tmp');
    mkdirSync(temporary);
    // Under root, Postgres runs as another user, who has to get in here.
    for (const folder of [this.folder, temporary]) chmodSync(folder, 0o755);
    this.#env = {
      ...ownEnv(),
      TMPDIR: temporary,
      TEMP: temporary,
      TMP: temporary,
      // One cache for all: what the first has downloaded, the others take from there.
      npm_config_prefer_offline: 'true',
      npm_config_audit: 'false',
      npm_config_fund: 'false',
      npm_config_update_notifier: 'false',
    };
    const guard = fileURLToPath(new URL('./guard.mjs', import.meta.url));
    this.#guard = fork(guard, [this.folder], { detached: true, execArgv: [], stdio: 'ignore' });
    this.#guard.unref();
    this.#guard.channel?.unref();
  }

  npm(args: readonly string[], cwd: string): Promise<void> {
    // npm tells its scripts where it lives. Calling that file by Node works on Windows too, where
    // npm itself is a script that cannot be spawned without a shell.
    const script = process.env['npm_execpath'] ?? '';
    return /^npm(-cli)?\.c?js$/.test(basename(script))
      ? this.node([script, ...args], cwd)
      : this.#run('npm', args, cwd, process.platform === 'win32');
  }

  node(args: readonly string[], cwd: string): Promise<void> {
    return this.#run(process.execPath, args, cwd);
  }

  /** Ends what still runs, and removes the folder. */
  async close(): Promise<void> {
    if (!this.#guard.connected) return;
    this.#guard.ref();
    const exited = once(this.#guard, 'exit');
    this.#guard.disconnect();
    await exited;
  }

  async #run(command: string, args: readonly string[], cwd: string, shell = false): Promise<void> {
    if (!this.#guard.connected) throw new CommandFailed(`${command}: the run is over`);
    const child = spawn(command, args, {
      cwd,
      env: this.#env,
      shell,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A process group of its own, which can be ended as a whole. Ctrl-C does not reach it.
      detached: process.platform !== 'win32',
    });
    const group = process.platform === 'win32' ? child.pid : -(child.pid ?? 0);
    this.#guard.send({ pid: group, runs: true });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
      });
    }
    const [code] = await once(child, 'close');
    if (this.#guard.connected) this.#guard.send({ pid: group, runs: false });
    if (code !== 0) throw new CommandFailed(`${command} ${args.join(' ')}: ${code}\n${output}`);
  }
}

/** Settings of the test runner, of the npm that started it, and stores that tests would kill. */
const FOREIGN = [
  /^(REDIS_URL|DATABASE_URL|NODE_ENV|NODE_OPTIONS|TEST|VITEST\w*)$/,
  /^npm_(package_\w+|lifecycle_\w+|command)$/,
  /^npm_config_(local_prefix|workspaces?|include_workspace_root)$/,
];

function ownEnv(): NodeJS.ProcessEnv {
  const own = ([name]: [string, unknown]) => !FOREIGN.some((foreign) => foreign.test(name));
  return Object.fromEntries(Object.entries(process.env).filter(own));
}
