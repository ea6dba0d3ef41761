import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureRedisBinary } from '@session-lab/services';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { sessionLab as course } from '../src/course.ts';
import {
  expectation,
  gradeBlank,
  gradeTexts,
  gradeTypes,
  gradeVariant,
  variantsOf,
} from '../src/grade.ts';
import { layOut } from '../src/lay.ts';

// Below the package: what a shop imports is found from there.
const grading = fileURLToPath(new URL(`../.grading/${process.pid}`, import.meta.url));

beforeAll(async () => {
  mkdirSync(grading, { recursive: true });
  await ensureRedisBinary();
});
afterAll(() => rmSync(grading, { recursive: true, force: true }));

let count = 0;
function temporaryFolder(): string {
  const folder = join(grading, String(++count));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Fails with the whole complaint: `expect` cuts a text after 40 characters. */
function acceptNone(complaint: string | undefined): void {
  if (complaint) expect.fail(complaint);
}

it('numbers the exercises from 01', () => {
  const numbers = course.exercises.map(({ id }) => id.slice(0, 3));
  expect(numbers).toEqual(numbers.map((_, at) => `${String(at + 1).padStart(2, '0')}-`));
});

describe.each(course.exercises)('$id', (exercise) => {
  it('has the files and texts that it must have', () => {
    expect(gradeTexts(course, exercise)).toEqual([]);
  });

  it.each(variantsOf(exercise).map((variant) => [variant, expectation(exercise, variant)]))(
    '%s %s',
    async (variant) => {
      acceptNone(await gradeVariant(course, exercise, variant, temporaryFolder()));
    },
    120_000,
  );

  it.each(exercise.files)('does not pass with a %s that exports nothing', async (file) => {
    acceptNone(await gradeBlank(course, exercise, file, temporaryFolder()));
  });
});

it('every shop that is laid out keeps to its types', async () => {
  const folder = temporaryFolder();
  const laidOut = course.exercises.flatMap((exercise) =>
    variantsOf(exercise).map((variant) => {
      const into = join(folder, exercise.id, variant);
      layOut(course, exercise, into, variant);
      return into;
    }),
  );
  expect(await gradeTypes(laidOut)).toBe('');
}, 240_000);
