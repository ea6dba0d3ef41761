import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exercises } from '../exercises/index.ts';
import type { Exercise } from './exercise.ts';

/** How long the program waits for the learner's shop, in milliseconds. */
export interface Limits {
  /** From its start until it listens. */
  startMs: number;
  /** For one answer. */
  answerMs: number;
  /** From SIGTERM to its end. */
  stopMs: number;
  /** For a whole check. */
  checkMs: number;
}

export interface Course {
  /** In the order in which they are done. */
  exercises: readonly Exercise[];
  /** Has a folder for each exercise, called by its id. */
  folder: string;
  /** What all exercises begin with: files, and folders whose content is meant. */
  base: readonly string[];
  /** Where the learner works, in a folder for each exercise; the progress is kept there, too. */
  workspace: string;
  limits: Limits;
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
/** The repository. */
export const root = here('../../..');

export const sessionLab: Course = {
  exercises,
  folder: here('../exercises'),
  base: [here('../shop'), join(root, 'examples/memory/src/users.ts')],
  workspace: join(root, 'workspace'),
  limits: { startMs: 20_000, answerMs: 10_000, stopMs: 5_000, checkMs: 60_000 },
};
