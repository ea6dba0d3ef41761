import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository. */
export const root = fileURLToPath(new URL('../../../../', import.meta.url));

export interface Workspace {
  name: string;
  /** Below the root, with `/`. */
  folder: string;
  scripts: Record<string, string>;
}

/** All packages and examples. */
export function readWorkspaces(): Workspace[] {
  return ['packages', 'examples'].flatMap((parent) =>
    readdirSync(join(root, parent))
      .sort()
      .filter((name) => existsSync(join(root, parent, name, 'package.json')))
      .map((name) => {
        const file = join(root, parent, name, 'package.json');
        const { name: packageName, scripts } = JSON.parse(readFileSync(file, 'utf8')) as {
          name: string;
          scripts?: Record<string, string>;
        };
        return { name: packageName, folder: `${parent}/${name}`, scripts: scripts ?? {} };
      }),
  );
}

/** Where a task of a package leaves vitest's JSON, by the scripts in its package.json. */
export function resultsFile(folder: string, task: string): string {
  return join(root, folder, '.results', `${task.replaceAll(':', '-')}.json`);
}
