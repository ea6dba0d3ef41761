import { cpSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Course } from './course.ts';
import type { Exercise } from './exercise.ts';

/** A file or folder of an exercise. */
export const pathIn = ({ folder }: Course, { id }: Exercise, ...path: string[]): string =>
  join(folder, id, ...path);

/**
 * Lays out the shop of an exercise: what it mends as its starter has it, the exercises before it
 * solved, those after it not.
 *
 * @param variant of this exercise: `starter`, `solution`, `wrong/<reason>`.
 */
export function layOut(
  course: Course,
  exercise: Exercise,
  into: string,
  variant = 'starter',
): void {
  const { base, exercises } = course;
  const before = exercises.slice(0, exercises.indexOf(exercise));
  mkdirSync(into, { recursive: true });
  for (const layer of [
    ...base,
    // Of one file, the first exercise that has it counts.
    ...exercises.map((each) => pathIn(course, each, 'starter')).reverse(),
    ...before.map((each) => pathIn(course, each, 'solution')),
    pathIn(course, exercise, 'starter'), // a wrong answer may leave one of two files as it was
    pathIn(course, exercise, variant),
  ]) {
    if (!existsSync(layer)) continue;
    const isFolder = statSync(layer).isDirectory();
    cpSync(layer, isFolder ? into : join(into, basename(layer)), { recursive: true });
  }
}
