import { mkdir } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { readSettings, writeEnvFileOnce } from './env-file.ts';
import { ExampleProcess, NotStarted, sayEnding } from './example-process.ts';
import type { Example } from './examples.ts';
import { exampleFolder, fromRoot } from './folders.ts';
import type { LabPage } from './page/lab-page.ts';
import type { Launch } from './page/make-subject.ts';
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
  /** Whether the lab page is opened, on which examples can be ended and started again. */
  page: boolean;
  say: (line: string) => void;
  complain: (line: string) => void;
}

/** The stores and the examples of one `npm start`. */
export class Lab {
  readonly #options: LabOptions;
  readonly #stores: Stores;
  readonly #processes: ExampleProcess[] = [];
  #page: LabPage | undefined;
  #stopping: Promise<void> | undefined;
  #tellToStop: () => void = () => undefined;
  readonly #toldToStop = new Promise<void>((resolve) => {
    this.#tellToStop = resolve;
  });

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

    // Loaded only where it is opened: whoever starts one example need not wait for it.
    if (this.#options.page) this.#page = new (await import('./page/lab-page.ts')).LabPage();
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
    if (rows.length > 0) {
      await this.#openPage();
      say(summary(rows, `${fromRoot(folder)}${sep}<example>.log`, this.#page?.url));
    }
    notes.forEach(complain);
    if (rows.length > 0 && this.#page) {
      await this.#toldToStop; // on the page, an example that was ended can be started again
      return this.#stopped();
    }
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
    this.#tellToStop();
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
    await this.#page?.desk.thaw();
    for (const each of this.#processes) each.stop();
    const tooLong = setTimeout(() => {
      this.#options.complain(`Not all ended within ${STOP_LIMIT_MS / 1000} seconds: killing them.`);
      this.kill();
    }, STOP_LIMIT_MS);
    await this.#page?.close();
    await Promise.all(this.#processes.map((each) => each.ended));
    clearTimeout(tooLong);
    await this.#stores.close();
  }

  async #start(example: Example, alone: boolean): Promise<Row> {
    const { say, instances, folder: labFolder } = this.#options;
    const { name } = example;
    const folder = exampleFolder(name);
    if (await writeEnvFileOnce(folder)) {
      say(`Wrote ${fromRoot(join(folder, '.env'))} with a fresh secret.`);
    }
    const settings = await readSettings(folder, this.#options.env);
    const store = await this.#stores.openFor(example, settings);
    if (this.#isStopping()) throw new Error('Stopped before it was started.');

    say(`Starting ${name} …`);
    const env = { ...this.#environment(name, settings, alone), ...store.env };
    const launch: Launch = (options = {}) => {
      const running = new ExampleProcess({
        name,
        folder,
        instances,
        logFile: join(labFolder, `${name}.log`),
        show: (line) => this.#options.complain(`${name} | ${line}`),
        ...options,
        env: { ...env, ...options.env },
      });
      this.#processes.push(running);
      this.#sayWhenItEnds(name, running);
      return running;
    };
    if (this.#page) {
      const { processes } = await this.#page.desk.add(example, this.#stores, {
        settings,
        env,
        store,
        launch,
      });
      await processes.start();
      const { url = '', first } = processes;
      return { name, url, store: store.title, pid: first?.process.pid };
    }
    const running = launch();
    return { name, url: await running.listening, store: store.title, pid: running.pid };
  }

  #sayWhenItEnds(name: string, running: ExampleProcess): void {
    const where = this.#page ? 'on the lab page, or in another terminal' : 'in another terminal';
    const said = running.listening.then(async () => {
      const ending = sayEnding(await running.ended);
      if (this.#isStopping()) return;
      this.#options.complain(
        `${name} example ${ending}. Start it again ${where}: npm start ${name}`,
      );
    });
    said.catch(() => undefined); // it never listened: whoever started it says so
  }

  /** Without it the examples run all the same. */
  async #openPage(): Promise<void> {
    try {
      await this.#page?.open(this.#options.env);
    } catch (error) {
      this.#options.complain(`The lab page does not run: ${(error as Error).message}`);
      this.#page = undefined;
    }
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
