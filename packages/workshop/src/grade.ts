// What an exercise must be so that its learners can trust it. Each complaint is one sentence.
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Course, root } from './course.ts';
import type { Exercise } from './exercise.ts';
import { layOut, pathIn } from './lay.ts';
import { numberOf } from './learner.ts';
import { play, type Result } from './play.ts';
import { readTexts, readWhy } from './texts.ts';

const FEWEST_HINTS = 3;
const WIDEST = 100;

/** `starter`, `solution` and one `wrong/<reason>` for each half-fix. */
export const variantsOf = ({ wrong }: Exercise): string[] => [
  'starter',
  'solution',
  ...wrong.map((reason) => `wrong/${reason}`),
];

/** What must come of a variant, in words. */
export function expectation({ starterIs }: Exercise, variant: string): string {
  if (variant.startsWith('wrong/')) return `is refused as ${variant.slice('wrong/'.length)}`;
  if (variant === 'starter' && starterIs) return `is refused as ${starterIs}`;
  return 'passes';
}

/**
 * Lays a variant out and plays its check.
 *
 * @returns a complaint, if it does not end as it must.
 */
export async function gradeVariant(
  course: Course,
  exercise: Exercise,
  variant: string,
  into: string,
): Promise<string | undefined> {
  layOut(course, exercise, into, variant);
  const result = await play(exercise, into, course);
  return sayOutcome(result) === expectation(exercise, variant)
    ? undefined
    : `${variant} must be as follows: it ${expectation(exercise, variant)}. ${inDetail(result)}`;
}

/** Whoever has written nothing must not pass. (That a file is empty, `play` says by itself.) */
export async function gradeBlank(
  course: Course,
  exercise: Exercise,
  file: string,
  into: string,
): Promise<string | undefined> {
  layOut(course, exercise, into);
  writeFileSync(join(into, file), 'export {};\n');
  const result = await play(exercise, into, course);
  return result.outcome === 'passed' ? `A ${file} that exports nothing must not pass.` : undefined;
}

/** The files and texts of an exercise. */
export function gradeTexts(course: Course, exercise: Exercise): string[] {
  const { id, title, files, wrong, hints, starterIs } = exercise;
  const complaints: string[] = [];
  const complainIf = (isBad: boolean, sentence: string) => {
    if (isBad) complaints.push(sentence);
  };
  const filesIn = (variant: string) => list(pathIn(course, exercise, variant)).sort();
  const same = (a: readonly string[], b: readonly string[]) =>
    [...a].sort().join() === [...b].sort().join();

  for (const variant of ['starter', 'solution']) {
    complainIf(!same(filesIn(variant), files), `${variant} has other files than the manifest.`);
  }
  complainIf(!same(list(pathIn(course, exercise, 'wrong')), wrong), 'wrong/ is not as it says.');
  complainIf(
    starterIs !== undefined && wrong.includes(starterIs),
    'A wrong answer is the starter.',
  );
  complainIf(starterIs !== undefined && wrong.length === 0, 'There is no wrong answer.');
  for (const reason of wrong) {
    const answers = filesIn(`wrong/${reason}`).filter((file) => file !== 'why.md');
    const isStrange = answers.length === 0 || answers.some((file) => !files.includes(file));
    complainIf(isStrange, `wrong/${reason} has other files than the manifest.`);
    complainIf(!readWhy(course, exercise, reason), `wrong/${reason} has no why.md.`);
  }
  const enough = starterIs === undefined || hints.length >= FEWEST_HINTS;
  complainIf(!enough, `It has ${hints.length} hints; ${FEWEST_HINTS} are the least.`);

  const readme = pathIn(course, exercise, 'README.md');
  const heading = existsSync(readme) ? readFileSync(readme, 'utf8').split('\n')[0] : '';
  const wanted = `# ${numberOf(id)} · ${title}`;
  complainIf(heading !== wanted, `README.md must begin with "${wanted}".`);
  const { story, task, notHere } = readTexts(course, exercise);
  complainIf(story === '', 'README.md has no story.');
  complainIf(task === '', 'README.md has no "Your task".');
  complainIf(notHere === '', 'README.md has no "Not here".');

  for (const path of list(pathIn(course, exercise), { recursive: true })) {
    if (!/\.(md|ts)$/.test(path)) continue;
    const lines = readFileSync(pathIn(course, exercise, path), 'utf8').split('\n');
    const at = lines.findIndex((line) => line.length > WIDEST);
    complainIf(at >= 0, `Line ${at + 1} of ${path} is longer than ${WIDEST} columns.`);
  }
  return complaints;
}

/**
 * Checks the types of shops that are laid out: each on its own, since what one of them keeps in a
 * session must not count for another.
 *
 * @returns what TypeScript says.
 */
export function gradeTypes(folders: readonly string[]): Promise<string> {
  for (const folder of folders) {
    const base = relative(folder, join(root, 'tsconfig.base.json')).split(sep).join('/');
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ extends: base }));
  }
  const tsc = join(fileURLToPath(import.meta.resolve('typescript/package.json')), '../bin/tsc');
  return new Promise((resolve) => {
    execFile(process.execPath, [tsc, '--build', ...folders], (_error, stdout, stderr) =>
      resolve(stdout + stderr),
    );
  });
}

function sayOutcome(result: Result): string {
  if (result.outcome === 'passed') return result.remark ? 'passes with a remark' : 'passes';
  return result.outcome === 'refused' ? `is refused as ${result.reason}` : 'is broken';
}

function inDetail(result: Result): string {
  const { outcome: _, ...rest } = result;
  return `It ${sayOutcome(result)}: ${JSON.stringify(rest)}`;
}

function list(folder: string, options: { recursive?: boolean } = {}): string[] {
  return existsSync(folder) ? readdirSync(folder, { ...options, encoding: 'utf8' }) : [];
}
