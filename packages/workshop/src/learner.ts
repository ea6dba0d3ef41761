import { existsSync } from 'node:fs';
import type { Course } from './course.ts';
import type { Exercise } from './exercise.ts';
import { type PlayOptions, play, type Result } from './play.ts';
import { type Progress, readProgress, writeProgress } from './progress.ts';
import { digestOf, folderOf, prepare, reset } from './workspace.ts';

/** Somebody asked for what there is not. The message is one sentence that says what. */
export class AskedWrongly extends Error {
  readonly exitCode = 78;
}

/** Who works through a course, and how far they are. */
export class Learner {
  readonly course: Course;
  /** Something about the progress that they should know. */
  readonly warning: string | undefined;
  readonly #progress: Progress;

  constructor(course: Course) {
    this.course = course;
    const { progress, warning } = readProgress(course.workspace);
    this.#progress = progress;
    this.warning = warning;
  }

  /** Where they are: what they started last, or the first exercise that is not passed. */
  get current(): Exercise | undefined {
    const started = this.#started;
    if (started && !this.hasPassed(started)) return started;
    return this.course.exercises.find((each) => !this.hasPassed(each));
  }

  get #started(): Exercise | undefined {
    return this.course.exercises.find(({ id }) => id === this.#progress.current);
  }

  /** @param name `3`, `03` or `03-a-new-id-at-login`; nothing for the current one, or the last seen. */
  find(name: string | undefined): Exercise {
    const { exercises } = this.course;
    const found =
      name === undefined
        ? (this.current ?? this.#started ?? exercises.at(-1))
        : exercises.find(({ id }) => id === name || numberOf(id) === name.padStart(2, '0'));
    if (found) return found;
    const numbers = exercises.map(({ id }) => numberOf(id));
    throw new AskedWrongly(
      `There is no exercise ${name}: they are ${numbers[0]} to ${numbers.at(-1)}.`,
    );
  }

  /** The next one that is not passed: after this one, or else before it. */
  after(exercise: Exercise): Exercise | undefined {
    const { exercises } = this.course;
    const at = exercises.indexOf(exercise);
    return [...exercises.slice(at + 1), ...exercises.slice(0, at)].find(
      (each) => !this.hasPassed(each),
    );
  }

  hasPassed({ id }: Exercise): boolean {
    return this.#progress.passed.includes(id);
  }

  /** Whether it is laid out. */
  hasBegun(exercise: Exercise): boolean {
    return existsSync(folderOf(this.course, exercise));
  }

  get passed(): number {
    return this.course.exercises.filter((each) => this.hasPassed(each)).length;
  }

  /** Makes it the current one. @returns whether it was never laid out before. */
  start(exercise: Exercise): boolean {
    this.#progress.current = exercise.id;
    this.#save();
    return this.prepare(exercise);
  }

  /** Lays it out unless it is there. @returns whether it was not. */
  prepare(exercise: Exercise): boolean {
    const isNew = prepare(this.course, exercise);
    if (isNew) this.#noteAsTried(exercise);
    this.#save();
    return isNew;
  }

  /** @returns the names under which changed files were kept. */
  reset(exercise: Exercise): string[] {
    const kept = reset(this.course, exercise);
    this.#noteAsTried(exercise);
    this.#save();
    return kept;
  }

  /** Checks what they have. An answer that is refused brings one more hint, once. */
  async check(exercise: Exercise, options: Omit<PlayOptions, 'limits'> = {}): Promise<Result> {
    const { course } = this;
    const digest = digestOf(course, exercise);
    const { limits } = course;
    const result = await play(exercise, folderOf(course, exercise), { ...options, limits });
    if (result.outcome === 'passed') {
      const wasCurrent = exercise === this.current;
      if (!this.hasPassed(exercise)) this.#progress.passed.push(exercise.id);
      if (wasCurrent) this.#progress.current = this.after(exercise)?.id;
    } else if (result.outcome === 'refused' && this.#progress.tried[exercise.id] !== digest) {
      // Not for code that does not run: a slip of the pen needs no hint.
      this.#progress.tried[exercise.id] = digest;
      this.hint(exercise);
    }
    this.#save();
    return result;
  }

  hints({ id, hints }: Exercise): readonly string[] {
    return hints.slice(0, this.#progress.hints[id] ?? 0);
  }

  /** Shows one more. @returns whether there was one. */
  hint(exercise: Exercise): boolean {
    const shown = this.hints(exercise).length;
    if (shown === exercise.hints.length) return false;
    this.#progress.hints[exercise.id] = shown + 1;
    this.#save();
    return true;
  }

  #noteAsTried(exercise: Exercise): void {
    this.#progress.tried[exercise.id] = digestOf(this.course, exercise);
  }

  #save(): void {
    writeProgress(this.course.workspace, this.#progress);
  }
}

export const numberOf = (id: string): string => id.slice(0, 2);
