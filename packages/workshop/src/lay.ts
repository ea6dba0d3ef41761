import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Exercise } from './exercise.ts';

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const shop = folder('../shop');
const users = folder('../../../examples/memory/src/users.ts');

/** A file or folder of an exercise. */
export const pathIn = ({ id }: Exercise, ...path: string[]): string =>
  join(folder('../exercises'), id, ...path);

/**
 * Lays out the shop of an exercise: what it mends as its starter has it, the exercises before it
 * solved, those after it not.
 *
 * @param all the exercises, in order.
 * @param variant of this exercise: `starter`, `solution`, `wrong/<reason>`.
 */
export function layOut(
  exercise: Exercise,
  all: readonly Exercise[],
  into: string,
  variant = 'starter',
): void {
  const before = all.slice(0, all.indexOf(exercise));
  mkdirSync(into, { recursive: true });
  for (const layer of [
    shop,
    ...all.map((each) => pathIn(each, 'starter')).reverse(), // of one file, the first to come counts
    ...before.map((each) => pathIn(each, 'solution')),
    pathIn(exercise, 'starter'), // a wrong answer may leave one of two files as it was
    pathIn(exercise, variant),
  ]) {
    if (existsSync(layer)) cpSync(layer, into, { recursive: true });
  }
  cpSync(users, join(into, 'users.ts'));
}
