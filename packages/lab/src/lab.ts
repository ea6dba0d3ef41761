import { mkdir } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { readSettings, writeEnvFileOnce } from './env-file.ts';
import { ExampleProcess, NotStarted, sayEnding } from './example-process.ts';
import type { Example } from './examples.ts';
import { exampleFolder, fromRoot } from './folders.ts';
import { Stores } from './stores.ts';
import { type Row, summary } from './summary.ts';

// The servers take ten seconds at most to answer what is in flight.
const STOP_LIMIT_MS = 12_000;
const UNAVAILABLE = 69;
const BAD_CONFIGURATION = 78;

export interface LabOptions {
  folder: string;
  env: NodeJS.ProcessEnv;
  /** How many processes of each example share its port. */
  instances: number;
  say: (line: string) => void;
  complain: (line: string) => void;
}

/** The stores and the examples of one `npm start`. */
export class Lab {
  readonly #options: LabOptions;
  readonly #stores: Stores;
  readonly #processes: ExampleProcess[] = [];
  #stopping: Promise<void> | undefined;

  constructor(options: LabOptions) {
    this.#options = options;
    this.#stores = new Stores(options.folder, options.say);
  }

  /**
   * Starts the examples and stays until none of them runs any more.
   *
   * @returns an exit code: 0 after `stop()`, 69 or 78 where none could start, 1 where all died.
   */
  async run(examples: readonly Example[]): Promise<number> {
    const { folder, env, say, complain } = this.#options;
    await mkdir(folder, { recursive: true });
    const alone = examples.length === 1;
    if (!alone && env['PORT'] && env['PORT'] !== '0') {
      say(`PORT is left aside: it is for one example, as in \`npm start ${examples[0]?.name}\`.`);
    }

    const started = await Promise.allSettled(examples.map((each) => this.#start(each, alone)));
    if (this.#isStopping()) return this.#stopped();

    const rows: Row[] = [];
    const notes: string[] = [];
    let exitCode = UNAVAILABLE;
    for (const [index, result] of started.entries()) {
      if (result.status === 'fulfilled') {
        rows.push(result.value);
        continue;
      }
      const { message, exitCode: code } = result.reason as Error & { exitCode?: number };
      if (code === BAD_CONFIGURATION) exitCode = code;
      const name = examples[index]?.name;
      const isSetting = code === BAD_CONFIGURATION || result.reason instanceof NotStarted;
      const where = isSetting ? ` Settings: examples/${name}/.env` : '';
      notes.push(`${name} does not run: ${message}${where}`);
    }
    if (rows.length > 0) say(summary(rows, `${fromRoot(folder)}${sep}<example>.log`));
    notes.forEach(complain);
    if (rows.length > 0) {
      await Promise.all(this.#processes.map((each) => each.ended));
      if (this.#isStopping()) return this.#stopped();
      complain('No example is left.');
      exitCode = 1;
    }
    await this.#stores.close();
    return exitCode;
  }

  /** Ends everything in order: the examples answer what is in flight, then the stores go. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopInOrder();
    return this.#stopping;
  }

  /** Ends the examples at once. */
  kill(): void {
    for (const each of this.#processes) each.kill();
  }

  #isStopping(): boolean {
    return this.#stopping !== undefined;
  }

  async #stopped(): Promise<number> {
    await this.#stopping;
    return 0;
  }

  async #stopInOrder(): Promise<void> {
    for (const each of this.#processes) each.stop();
    const tooLong = setTimeout(() => {
      this.#options.complain(`Not all ended within ${STOP_LIMIT_MS / 1000} seconds: killing them.`);
      this.kill();
    }, STOP_LIMIT_MS);
    await Promise.all(this.#processes.map((each) => each.ended));
    clearTimeout(tooLong);
    await this.#stores.close();
  }

  async #start(example: Example, alone: boolean): Promise<Row> {
    const { say, complain, instances, folder: labFolder } = this.#options;
    const { name } = example;
    const folder = exampleFolder(name);
    if (await writeEnvFileOnce(folder)) {
      say(`Wrote ${fromRoot(join(folder, '.env'))} with a fresh secret.`);
    }
    const settings = await readSettings(folder, this.#options.env);
    const store = await this.#stores.openFor(example, settings);
    if (this.#isStopping()) throw new Error('Stopped before it was started.');

    say(`Starting ${name} …`);
    const running = new ExampleProcess({
      name,
      folder,
      env: { ...this.#environment(name, settings, alone), ...store.env },
      instances,
      logFile: join(labFolder, `${name}.log`),
      show: (line) => complain(`${name} | ${line}`),
    });
    this.#processes.push(running);
    const url = await running.listening;
    running.ended.then((ending) => {
      if (this.#isStopping()) return;
      const again = `Start it again in another terminal: npm start ${name}`;
      complain(`${name} example ${sayEnding(ending)}. ${again}`);
    });
    return { name, url, store: store.title, pid: running.pid };
  }

  #environment(name: string, settings: NodeJS.ProcessEnv, alone: boolean): NodeJS.ProcessEnv {
    const { PORT, ...env } = this.#options.env;
    return {
      ...env,
      // Several examples cannot share a port, but they can each take any free one.
      ...(PORT !== undefined && (alone || PORT === '0') && { PORT }),
      // Browsers share cookies between the ports of a host: with one name, a login on one example
      // would end the login on another.
      SESSION_COOKIE_NAME: settings['SESSION_COOKIE_NAME'] || `sid_${name}`,
    };
  }
}
