// Where the learner works: workspace/<id>/. What is in there is theirs.
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, relative, sep } from 'node:path';
import { type Course, root } from './course.ts';
import type { Exercise } from './exercise.ts';
import { layOut, pathIn } from './lay.ts';
import { freeName } from './progress.ts';

export const folderOf = ({ workspace }: Course, { id }: Exercise): string => join(workspace, id);

/** Lays an exercise out, unless it is there. @returns whether it was not. */
export function prepare(course: Course, exercise: Exercise): boolean {
  const folder = folderOf(course, exercise);
  if (existsSync(folder)) return false;
  renameSync(layOutFresh(course, exercise), folder);
  return true;
}

/**
 * Lays an exercise out once more. A file that was changed is kept beside the new one.
 *
 * @returns the names of the files that were kept.
 */
export function reset(course: Course, exercise: Exercise): string[] {
  const folder = folderOf(course, exercise);
  const fresh = layOutFresh(course, exercise);
  const kept: string[] = [];
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(fresh)) {
    const mine = join(folder, file);
    if (existsSync(mine)) {
      if (statSync(mine).isFile() && readFileSync(mine).equals(readFileSync(join(fresh, file)))) {
        continue;
      }
      const name = freeName(folder, `${file}.`, '.mine');
      renameSync(mine, join(folder, name));
      kept.push(name);
    }
    copyFileSync(join(fresh, file), mine);
  }
  rmSync(fresh, { recursive: true });
  return kept;
}

/** A digest of the code in an exercise's folder. */
export function digestOf(course: Course, exercise: Exercise): string {
  const hash = createHash('sha256');
  for (const file of codeIn(folderOf(course, exercise))) {
    hash.update(`${file}\0`).update(read(join(folderOf(course, exercise), file)));
  }
  return hash.digest('base64url');
}

/** Changes with each save, even of the same text. */
export function savesOf(course: Course, exercise: Exercise): string {
  const folder = folderOf(course, exercise);
  return codeIn(folder)
    .map((file) => `${file} ${statSync(join(folder, file), { throwIfNoEntry: false })?.mtimeMs}`)
    .join('\n');
}

/** Beside the final folder: it comes there whole or not at all. */
function layOutFresh(course: Course, exercise: Exercise): string {
  const fresh = `${folderOf(course, exercise)}.new`;
  rmSync(fresh, { recursive: true, force: true });
  layOut(course, exercise, fresh);
  const readme = pathIn(course, exercise, 'README.md');
  if (existsSync(readme)) cpSync(readme, join(fresh, 'README.md'));
  // For editors. One for each exercise: what one shop keeps in a session is no other shop's type.
  const options = {
    extends: relative(fresh, join(root, 'tsconfig.base.json')).split(sep).join('/'),
    compilerOptions: {
      noPropertyAccessFromIndexSignature: false,
      exactOptionalPropertyTypes: false,
    },
  };
  writeFileSync(join(fresh, 'tsconfig.json'), `${JSON.stringify(options, undefined, 2)}\n`);
  return fresh;
}

function codeIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .sort();
}

/** Empty where an editor is just putting another file in its place. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
