import type { Writable } from 'node:stream';
import { confirm, isCancel, select } from '@clack/prompts';
import type { Exercise } from './exercise.ts';
import { type Input, Keys } from './keys.ts';
import { type Learner, numberOf } from './learner.ts';
import type { Page } from './page.ts';
import type { Result } from './play.ts';
import { showDiff, showHead, showKept, showNewHint, showResult, showStory } from './show.ts';
import { onSave } from './watch.ts';
import { folderOf, savesOf } from './workspace.ts';

/** Where somebody sits. */
export interface Terminal {
  input: Input;
  output: Writable & { isTTY?: boolean; columns?: number };
}

type Event =
  | { is: 'save' }
  | { is: 'key'; key: string }
  | { is: 'checked'; result: Result; by: AbortController }
  | { is: 'failed'; error: unknown };

/** Shows an exercise and checks it at each save, until somebody leaves. */
export class Interactive {
  readonly #learner: Learner;
  readonly #page: Page;
  readonly #terminal: Terminal;
  readonly #keys: Keys | undefined;
  readonly #events: Event[] = [];
  #exercise: Exercise;
  #wake = () => undefined as unknown;
  #unwatch = () => undefined as unknown;
  #saves = '';
  #checking: { by: AbortController; ended: Promise<unknown>; erase: () => unknown } | undefined;
  #result: Result | undefined;

  /** Without keys where the page is plain: then it ends when the exercise is passed. */
  constructor(learner: Learner, page: Page, terminal: Terminal, exercise: Exercise) {
    this.#learner = learner;
    this.#page = page;
    this.#terminal = terminal;
    this.#exercise = exercise;
    if (!page.plain) {
      this.#keys = new Keys(terminal.input, (key) => this.#push({ is: 'key', key }));
    }
  }

  /** @returns an exit code. */
  async run(): Promise<number> {
    try {
      this.#keys?.resume();
      this.#begin(this.#exercise);
      for (;;) {
        const code = await this.#handle(await this.#next());
        if (code !== undefined) return code;
      }
    } finally {
      this.#unwatch();
      this.#keys?.close();
      await this.#cancel();
    }
  }

  #push(event: Event): void {
    this.#events.push(event);
    this.#wake();
  }

  async #next(): Promise<Event> {
    for (;;) {
      const event = this.#events.shift();
      if (event) return event;
      await new Promise((resolve) => {
        this.#wake = () => resolve(undefined);
      });
    }
  }

  async #handle(event: Event): Promise<number | undefined> {
    switch (event.is) {
      case 'save':
        // Something else in the folder, or what was checked already.
        if (savesOf(this.#learner.course, this.#exercise) !== this.#saves) await this.#recheck();
        return undefined;
      case 'checked':
        if (event.by !== this.#checking?.by) return undefined;
        this.#checking.erase();
        this.#checking = undefined;
        this.#result = event.result;
        showResult(this.#page, this.#learner, this.#exercise, event.result);
        this.#showKeys();
        return this.#page.plain && event.result.outcome === 'passed' ? 0 : undefined;
      case 'failed':
        throw event.error;
      case 'key':
        return this.#press(event.key);
    }
  }

  async #press(key: string): Promise<number | undefined> {
    if (key === 'q') return 0;
    if (key === 'ctrl-c' || key === 'ctrl-d') return 130;
    const isPassed = this.#result?.outcome === 'passed';
    if (key === 'n' || ((key === 'return' || key === 'enter') && isPassed)) return this.#goOn();
    if (key === 'h') this.#hint();
    if (key === 's') this.#story();
    if (key === 'd') await this.#diff();
    if (key === 'r') await this.#reset();
    if (key === 'l') await this.#list();
    return undefined;
  }

  #begin(exercise: Exercise): void {
    this.#exercise = exercise;
    this.#learner.start(exercise);
    this.#watch();
    this.#page.clear();
    showHead(this.#page, this.#learner, exercise);
    showStory(this.#page, this.#learner, exercise);
    this.#check();
  }

  #watch(): void {
    this.#unwatch();
    const folder = folderOf(this.#learner.course, this.#exercise);
    this.#unwatch = onSave(folder, () => this.#push({ is: 'save' }));
  }

  #check(): void {
    const by = new AbortController();
    const erase = this.#page.passing('Checking …');
    this.#result = undefined;
    this.#saves = savesOf(this.#learner.course, this.#exercise);
    const announce = (line: string) => this.#page.line(line);
    const ended = this.#learner.check(this.#exercise, { signal: by.signal, announce }).then(
      (result) => this.#push({ is: 'checked', result, by }),
      (error) => {
        if (!by.signal.aborted) this.#push({ is: 'failed', error });
      },
    );
    this.#checking = { by, ended, erase };
  }

  /** What is being checked is not what was saved last: it need not come to its end. */
  async #cancel(): Promise<void> {
    const running = this.#checking;
    this.#checking = undefined;
    running?.by.abort();
    running?.erase();
    await running?.ended;
  }

  async #recheck(kept?: readonly string[]): Promise<void> {
    await this.#cancel();
    this.#page.clear();
    if (this.#page.plain) this.#page.line('Saved: checking again.');
    else showHead(this.#page, this.#learner, this.#exercise);
    if (kept) showKept(this.#page, kept);
    this.#check();
  }

  async #goOn(): Promise<number | undefined> {
    const next = this.#learner.after(this.#exercise);
    if (!next) {
      this.#page.line(
        this.#learner.hasPassed(this.#exercise)
          ? 'All exercises are passed. Thank you for the work: l shows them again.'
          : 'All others are passed. h shows a hint, l the list.',
      );
      return undefined;
    }
    await this.#cancel();
    this.#begin(next);
    return undefined;
  }

  #hint(): void {
    if (this.#learner.hint(this.#exercise)) showNewHint(this.#page, this.#learner, this.#exercise);
    else this.#page.line('All hints are shown. d compares your file with a solution.');
  }

  #story(): void {
    showStory(this.#page, this.#learner, this.#exercise);
  }

  async #diff(): Promise<void> {
    const isPassed = this.#learner.hasPassed(this.#exercise);
    if (!isPassed && !(await this.#ask('It is not passed yet. Show a solution all the same?')))
      return;
    showDiff(this.#page, this.#learner, this.#exercise);
    this.#showKeys();
  }

  async #reset(): Promise<void> {
    const message = 'Lay the exercise out anew? What you have is kept beside it.';
    if (!(await this.#ask(message))) return;
    await this.#cancel();
    const kept = this.#learner.reset(this.#exercise);
    this.#watch();
    await this.#recheck(kept);
  }

  async #list(): Promise<void> {
    const { exercises } = this.#learner.course;
    const chosen = await this.#asked(() =>
      select({
        ...this.#terminal,
        message: `${this.#learner.passed} of ${exercises.length} passed. Go to (Escape: stay here)`,
        initialValue: this.#exercise,
        maxItems: exercises.length,
        options: exercises.map((each) => ({
          value: each,
          label: `${this.#learner.hasPassed(each) ? '✓' : ' '} ${numberOf(each.id)} ${each.title}`,
        })),
      }),
    );
    if (isCancel(chosen) || chosen === this.#exercise) return this.#showKeys();
    await this.#cancel();
    this.#begin(chosen);
  }

  async #ask(message: string): Promise<boolean> {
    const answer = await this.#asked(() =>
      confirm({ ...this.#terminal, message, initialValue: false }),
    );
    return answer === true;
  }

  async #asked<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    this.#keys?.pause();
    this.#checking?.erase();
    try {
      return await ask();
    } finally {
      this.#keys?.resume();
    }
  }

  #showKeys(): void {
    if (this.#page.plain) return;
    const isPassed = this.#result?.outcome === 'passed';
    const isLast = !this.#learner.after(this.#exercise);
    const keys = [
      ...(!isPassed ? ['h hint'] : isLast ? [] : ['Enter go on']),
      'd compare with a solution',
      's story',
      'r reset',
      'l list',
      ...(isLast ? [] : ['n next']),
      'q quit',
    ];
    this.#page.choices('Save to check again. Keys:', keys);
  }
}
