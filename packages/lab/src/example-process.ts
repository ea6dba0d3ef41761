import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { eachLine, isLogLine } from './lines.ts';

const READY_LIMIT_MS = 60_000;
const exitWithParent = new URL('./exit-with-parent.mjs', import.meta.url).href;
const supervisor = fileURLToPath(new URL('./instances.ts', import.meta.url));

/** How a process ended: one of the two is set. */
export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** An example did not get as far as listening. The message is for a person. */
export class NotStarted extends Error {
  override name = 'NotStarted';
  readonly exitCode: number | undefined;

  constructor(message: string, exitCode?: number) {
    super(message);
    this.exitCode = exitCode;
  }
}

export interface ExampleProcessOptions {
  name: string;
  /** The folder of the example. */
  folder: string;
  env: NodeJS.ProcessEnv;
  /** How many processes share its port. */
  instances: number;
  /** Started in that folder instead of its own `src/server.ts`. */
  script?: string;
  /** Gets everything that the example says on standard output once it listens. */
  logFile: string;
  /** Shows a line of the example that is not for the log. */
  show: (line: string) => void;
}

/** One example, running as a process of its own that does not outlive this one. */
export class ExampleProcess {
  readonly #name: string;
  readonly #child: ChildProcess;
  /** Resolves when the process is gone and all it said is read. */
  readonly ended: Promise<Ending>;
  /** Resolves with its URL. Rejects with NotStarted. */
  readonly listening: Promise<string>;

  constructor(options: ExampleProcessOptions) {
    const { name, folder, env, instances, script = 'src/server.ts', logFile, show } = options;
    this.#name = name;
    const log = openLog(logFile, show);
    this.#child = spawn(
      process.execPath,
      ['--import', 'tsx', '--import', exitWithParent].concat(
        instances === 1 ? [script] : [supervisor, String(instances)],
      ),
      {
        cwd: folder,
        env,
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        // A process group of its own: the terminal sends Ctrl-C to ours, and a server that is told
        // to stop twice does not finish what runs. On Windows it would open a window instead.
        detached: process.platform !== 'win32',
        windowsHide: true,
      },
    );
    this.ended = endingOf(this.#child).finally(() => log.end());
    this.listening = this.#untilListening(log, show);
    this.listening.catch(() => undefined); // whoever waits for it gets the error
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Tells it something. It may be gone by now: then nobody hears it. */
  send(message: object): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  /** What it tells, until it is gone. */
  onMessage(handle: (message: unknown) => void): void {
    this.#child.on('message', handle);
  }

  /** Lets it finish what it is doing. */
  stop(): void {
    this.#child.kill('SIGTERM');
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #untilListening(log: WriteStream, show: (line: string) => void): Promise<string> {
    return new Promise((resolve, reject) => {
      const ready = `${this.#name} example listening on `;
      // Until it listens, what it says on standard error is probably why it never will.
      let complaints: string[] | undefined = [];
      const tooLate = setTimeout(() => {
        reject(new NotStarted(`It does not listen after ${READY_LIMIT_MS / 1000} seconds.`));
        this.kill();
      }, READY_LIMIT_MS);

      const showComplaints = () => {
        complaints?.forEach(show);
        complaints = undefined;
      };
      eachLine(this.#child.stdout, (line) => {
        if (!complaints || !line.startsWith(ready)) return void log.write(`${line}\n`);
        clearTimeout(tooLate);
        showComplaints();
        resolve(line.slice(ready.length));
      });
      eachLine(this.#child.stderr, (line) => {
        if (isLogLine(line)) log.write(`${line}\n`);
        else if (complaints) complaints.push(line);
        else show(line);
      });
      this.ended.then((ending) => {
        clearTimeout(tooLate);
        // With these codes the example has said why, in sentences; else it crashed.
        const isSaid = (ending.code === 69 || ending.code === 78) && complaints?.length;
        const said = isSaid ? complaints?.join(' ') : undefined;
        if (!said) showComplaints();
        reject(new NotStarted(said ?? `It ${sayEnding(ending)}.`, ending.code ?? undefined));
      });
    });
  }
}

export function sayEnding({ code, signal }: Ending): string {
  return signal ? `was killed (${signal})` : `ended (exit code ${code})`;
}

function endingOf(child: ChildProcess): Promise<Ending> {
  return new Promise((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
    child.once('error', () => {
      // Not even begun, so that nothing closes either.
      if (child.pid === undefined) resolve({ code: 1, signal: null });
    });
  });
}

function openLog(path: string, show: (line: string) => void): WriteStream {
  const log = createWriteStream(path, { flags: 'a', mode: 0o600 });
  log.once('error', (error) => show(`Its log cannot be written: ${error.message}`));
  log.on('error', () => undefined);
  return log;
}
