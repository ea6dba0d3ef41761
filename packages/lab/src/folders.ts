import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository. */
export const root = fileURLToPath(new URL('../../../', import.meta.url));

export const exampleFolder = (name: string): string => join(root, 'examples', name);

/** Logs, and what the stores that were started here keep. SESSION_LAB_FOLDER moves it. */
export function labFolder(env: NodeJS.ProcessEnv): string {
  return resolve(root, env['SESSION_LAB_FOLDER'] || '.session-lab');
}

/** A path as somebody who stands in the repository would write it. */
export function fromRoot(path: string): string {
  const short = relative(root, path);
  return short.startsWith('..') ? path : short;
}
