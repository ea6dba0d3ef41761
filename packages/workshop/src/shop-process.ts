import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { Limits } from './course.ts';
import { NotRead, NotStarted, type Shop } from './stage.ts';

const inShop = new URL('./in-shop.mjs', import.meta.url).href;
const tsx = import.meta.resolve('tsx');

/** How a shop ended without being told to. */
export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** The request that it was at. */
  request?: string;
}

type Message = { began: number; request: string } | { ended: number } | { aheadMs: number };

/** The learner's code may send something, too. */
const isMessage = (message: unknown): message is Message =>
  typeof message === 'object' && message !== null;

/** Of its output, in characters. */
const KEPT = 100_000;

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts something of the learner's. It does not outlive this process. */
function launch(
  folder: string,
  script: readonly string[],
  env: Record<string, string | undefined> = {},
): ChildProcess {
  const child = spawn(process.execPath, ['--import', inShop, '--import', tsx, ...script], {
    cwd: folder,
    env: { ...systemEnv(), ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    windowsHide: true,
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** The learner's shop, in a process of its own that does not outlive this one. */
export class ShopProcess implements Shop {
  url = '';
  readonly folder: string;
  readonly exited: Promise<unknown>;
  readonly #child: ChildProcess;
  readonly #limits: Limits;
  readonly #atWork = new Map<number, { request: string; timer: NodeJS.Timeout }>();
  readonly #changes = new EventEmitter();
  #output = '';
  #latest: string | undefined;
  #toldToEnd = false;
  #ending: Ending | undefined;
  #unanswered: string | undefined;
  #slowToStop = false;

  constructor(folder: string, env: Record<string, string | undefined>, limits: Limits) {
    this.folder = folder;
    this.#limits = limits;
    this.#child = launch(folder, ['server.ts'], env);
    this.#child.on('message', (message) => {
      if (isMessage(message)) this.#note(message);
    });
    const read = (chunk: string) => {
      this.#output += chunk;
      // A loop that writes must not fill the memory of this process.
      if (this.#output.length > 2 * KEPT) this.#output = this.#output.slice(-KEPT);
      this.#changes.emit('output');
    };
    this.#child.stdout?.setEncoding('utf8').on('data', read);
    this.#child.stderr?.setEncoding('utf8').on('data', read);
    this.exited = this.#untilExited();
  }

  /** @throws NotStarted */
  async listening(): Promise<void> {
    const tooLate = setTimeout(() => this.kill(), this.#limits.startMs);
    let look = () => undefined as unknown;
    const found = new Promise<string>((resolve) => {
      look = () => {
        const [, url] = /listening on (http:\S+)\n/.exec(this.#output) ?? [];
        if (url) resolve(url);
      };
      this.#changes.on('output', look);
    });
    const url = await Promise.race([found, this.exited.then(() => undefined)]);
    this.#changes.off('output', look);
    clearTimeout(tooLate);
    if (!url) throw new NotStarted(this.#ending?.code ?? null, this.#output);
    this.url = url;
  }

  output(): string {
    return this.#output;
  }

  async advance(ms: number): Promise<void> {
    const turned = once(this.#changes, 'turned');
    this.#child.send({ advanceMs: ms }, () => undefined);
    // A shop in an endless loop turns no clock.
    const tooLate = setTimeout(() => {
      this.#unanswered ??= this.request;
      this.kill();
    }, this.#limits.answerMs);
    await Promise.race([turned, this.exited]);
    clearTimeout(tooLate);
    if (!this.isRunning) throw new Error('its clock could not be turned: it had ended');
  }

  async stop(): Promise<void> {
    this.#tellToEnd();
    const tooLate = setTimeout(() => {
      this.#slowToStop = true;
      this.#child.kill('SIGKILL');
    }, this.#limits.stopMs);
    this.#child.kill('SIGTERM');
    await this.exited;
    clearTimeout(tooLate);
  }

  async kill(): Promise<void> {
    this.#tellToEnd();
    this.#child.kill('SIGKILL');
    await this.exited;
  }

  get isRunning(): boolean {
    return running.has(this.#child);
  }

  /** The request that it is at, or was at last. */
  get request(): string | undefined {
    return [...this.#atWork.values()].at(-1)?.request ?? this.#latest;
  }

  /** Set when it ended by itself, after it listened. */
  get ending(): Ending | undefined {
    return this.#toldToEnd || this.url === '' ? undefined : this.#ending;
  }

  /** The request for which it was ended, since no answer came. */
  get unanswered(): string | undefined {
    return this.#unanswered;
  }

  /** Whether it had to be killed, after it was told to stop. */
  get slowToStop(): boolean {
    return this.#slowToStop;
  }

  #tellToEnd(): void {
    if (this.isRunning) this.#toldToEnd = true;
  }

  #note(message: Message): void {
    if ('began' in message) {
      // A little later than a browser gives up: it is the check that says what was seen.
      const timer = setTimeout(() => {
        this.#unanswered = message.request;
        this.kill();
      }, this.#limits.answerMs + 1000);
      this.#atWork.set(message.began, { request: message.request, timer });
      this.#latest = message.request;
    } else if ('ended' in message) {
      clearTimeout(this.#atWork.get(message.ended)?.timer);
      this.#atWork.delete(message.ended);
    } else if ('aheadMs' in message) {
      this.#changes.emit('turned');
    }
  }

  async #untilExited(): Promise<void> {
    const closed = once(this.#child, 'close');
    const [code, signal] = await once(this.#child, 'exit');
    const request = [...this.#atWork.values()].at(-1)?.request;
    this.#ending = { code, signal, ...(request && { request }) };
    for (const { timer } of this.#atWork.values()) clearTimeout(timer);
    // Its last words; a process that it has started may keep the pipe open.
    await Promise.race([closed, wait(500, undefined, { ref: false })]);
  }
}

/**
 * What a file of the learner's exports, as far as JSON can say it. Not read in this process: it may
 * hold an endless loop, or end the process.
 *
 * @throws NotRead
 */
export async function readExports(
  folder: string,
  file: string,
  { startMs }: Limits,
  later: (end: () => unknown) => void,
): Promise<Record<string, unknown>> {
  // It waits for a message that never comes, so that its own is read before it ends.
  const program = `import(${JSON.stringify(`./${file}`)}).then((all) => {
    process.on('message', String);
    process.send({ exports: { ...all } });
  });`;
  const child = launch(folder, ['--eval', program]);
  const kill = () => child.kill('SIGKILL');
  later(kill);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
  }
  const tooLate = setTimeout(kill, startMs);
  const closed = once(child, 'close').then(() => []);
  const [message] = await Promise.race([once(child, 'message'), closed]);
  clearTimeout(tooLate);
  kill();
  await closed;
  if (!message) throw new NotRead(file, output);
  return (message as { exports: Record<string, unknown> }).exports;
}

// A developer's own settings must not reach the shop.
function systemEnv(): Record<string, string | undefined> {
  const names = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'LANG'];
  return Object.fromEntries(names.map((name) => [name, process.env[name]]));
}
