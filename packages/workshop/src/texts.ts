import { existsSync, readFileSync } from 'node:fs';
import type { Course } from './course.ts';
import type { Exercise } from './exercise.ts';
import { pathIn } from './lay.ts';

/** The parts of an exercise's README.md, as Markdown. */
export interface Texts {
  story: string;
  task: string;
  notHere: string;
}

export function readTexts(course: Course, exercise: Exercise): Texts {
  const text = read(pathIn(course, exercise, 'README.md'));
  const [story = '', ...parts] = text.split(/^## /m);
  const part = (title: string) =>
    parts.find((each) => each.startsWith(`${title}\n`))?.slice(title.length) ?? '';
  return {
    story: story.replace(/^# .*$/m, '').trim(),
    task: part('Your task').trim(),
    notHere: part('Not here').trim(),
  };
}

/** Why a half-fix is not enough, where the reason of a refusal is a usual one. */
export function readWhy(course: Course, exercise: Exercise, reason: string): string | undefined {
  return read(pathIn(course, exercise, 'wrong', reason, 'why.md')).trim() || undefined;
}

function read(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8').replaceAll('\r\n', '\n') : '';
}
