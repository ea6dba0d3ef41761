// The grader finds what is wrong with an exercise: each test spoils one that is well.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import type { Exercise } from '../src/exercise.ts';
import { gradeBlank, gradeTexts, gradeTypes, gradeVariant, variantsOf } from '../src/grade.ts';
import { layOut } from '../src/lay.ts';
import { miniCourse, SOLUTION, TOO_LOUD } from './mini-course.ts';
import { temporaryCourse } from './support.ts';

/** Complains about the second exercise, after it was spoiled. */
async function complaints(
  spoil: (folder: string) => unknown = () => undefined,
  changed: Partial<Exercise> = {},
) {
  const folder = temporaryCourse();
  const course = miniCourse(folder);
  const [first, second] = course.exercises;
  if (!first || !second) throw new Error('the mini-course has two exercises');
  spoil(join(folder, 'exercises/02-part'));
  const spoiled = { ...second, ...changed };
  const mine = { ...course, exercises: [first, spoiled] };
  const found: (string | undefined)[] = gradeTexts(mine, spoiled);
  for (const [at, variant] of variantsOf(spoiled).entries()) {
    found.push(await gradeVariant(mine, spoiled, variant, join(folder, `laid-out-${at}`)));
  }
  found.push(await gradeBlank(mine, spoiled, 'part.ts', join(folder, 'laid-out')));
  return found.filter((each) => each !== undefined);
}

it('finds nothing where all is well', async () => {
  expect(await complaints()).toEqual([]);
});

it('finds a starter that passes', async () => {
  const found = await complaints((folder) => writeFileSync(`${folder}/starter/part.ts`, SOLUTION));
  expect(found).toEqual(['starter must be as follows: it is refused as still-here. It passes: {}']);
});

it('finds a solution that does not pass', async () => {
  const found = await complaints((folder) => writeFileSync(`${folder}/solution/part.ts`, TOO_LOUD));
  expect(found).toEqual([
    expect.stringMatching(/^solution must be as follows: it passes\. It is refused as too-loud/),
  ]);
});

it('finds a wrong answer that passes, or is refused for another reason', async () => {
  const wrong = 'wrong/too-loud/part.ts';
  expect(await complaints((folder) => writeFileSync(`${folder}/${wrong}`, SOLUTION))).toEqual([
    'wrong/too-loud must be as follows: it is refused as too-loud. It passes: {}',
  ]);
  const still = "export const part = () => 'still here';\n";
  expect(await complaints((folder) => writeFileSync(`${folder}/${wrong}`, still))).toEqual([
    expect.stringMatching(/It is refused as still-here/),
  ]);
});

it('finds an exercise that accepts a file without an answer', async () => {
  const found = await complaints(undefined, { check: async () => undefined });
  expect(found).toContainEqual('A part.ts that exports nothing must not pass.');
});

it('finds what its texts and files lack', async () => {
  const found = await complaints(
    (folder) => {
      rmSync(`${folder}/wrong/too-loud/why.md`);
      writeFileSync(`${folder}/solution/more.ts`, '');
      writeFileSync(`${folder}/README.md`, `# 2 · Part\n\n${'a'.repeat(101)}\n`);
    },
    { hints: ['Only one.'] },
  );
  expect(found).toEqual([
    'solution has other files than the manifest.',
    'wrong/too-loud has no why.md.',
    'It has 1 hints; 3 are the least.',
    'README.md must begin with "# 02 · Part".',
    'README.md has no "Your task".',
    'README.md has no "Not here".',
    'Line 3 of README.md is longer than 100 columns.',
  ]);
  expect(await complaints(undefined, { wrong: [] })).toContain('wrong/ is not as it says.');
});

it('finds types that one shop would only have from another', async () => {
  const course = miniCourse(temporaryCourse());
  const grading = fileURLToPath(new URL(`../.grading/${process.pid}-types`, import.meta.url));
  onTestFinished(() => rmSync(grading, { recursive: true, force: true }));
  const [one, other] = ['one', 'other'].map((name) => join(grading, name));
  const [exercise] = course.exercises;
  if (!one || !other || !exercise) throw new Error('not laid out');
  for (const folder of [one, other]) layOut(course, exercise, folder);
  expect(await gradeTypes([one, other])).toBe('');
  writeFileSync(
    `${one}/greet.ts`,
    'declare global { var hat: string }\nexport const greet = () => hat;\n',
  );
  writeFileSync(`${other}/greet.ts`, 'export const greet = () => hat;\n');
  expect(await gradeTypes([one, other])).toMatch(
    /other.greet\.ts.*error TS2304: Cannot find name 'hat'/,
  );
});
