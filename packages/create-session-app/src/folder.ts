import { readdirSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { CreateError } from './run-command.ts';

/** What npm takes as the name of a package, a Compose project and an image, all in one. */
const NAME = /^(?!node_modules$)[a-z0-9][a-z0-9_-]{0,99}$/;

/** The name of the app: that of its folder, unless it is given. @throws CreateError */
export function appName(folder: string, given?: string): string {
  const name = given ?? basename(resolve(folder));
  if (NAME.test(name)) return name;
  const because = 'use lower-case letters, digits, - and _, beginning with a letter or digit';
  const instead =
    given === undefined ? ', or give the app another name than its folder: --name' : '';
  throw new CreateError(`'${name}' cannot be the name of an app: ${because}${instead}.`);
}

/**
 * Looks whether an app can be put there, and changes nothing.
 *
 * @returns whether there is something already.
 * @throws CreateError for a file, a folder that cannot be reached, or one that is not empty.
 */
export function inspect(folder: string, { force = false } = {}): boolean {
  const found = lookUp(folder);
  if (!found) {
    const parent = nearest(dirname(resolve(folder)));
    if (!parent.stats.isDirectory()) {
      throw new CreateError(
        `${parent.path} is a file, so ${folder} cannot be made: choose another.`,
      );
    }
    return false;
  }
  if (!found.isDirectory()) {
    throw new CreateError(`${folder} is a file: choose a folder that is empty or not there yet.`);
  }
  // A repository that was just made is as good as empty.
  const isEmpty = entries(folder).every((name) => name === '.git');
  if (isEmpty || force) return !isEmpty;
  throw new CreateError(
    `${folder} is not empty: choose another folder, or say --force, which keeps each file that it ` +
      'would change beside the new one, as .bak.',
  );
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw new CreateError(`${folder} cannot be read (${codeOf(error)}): choose another folder.`);
  }
}

function lookUp(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return undefined;
    throw new CreateError(`${path} cannot be reached (${codeOf(error)}): choose another folder.`);
  }
}

/** The nearest of a path and the folders above it that exists. */
function nearest(path: string): { path: string; stats: Stats } {
  const stats = lookUp(path);
  return stats ? { path, stats } : nearest(dirname(path));
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code ?? 'unknown error';
