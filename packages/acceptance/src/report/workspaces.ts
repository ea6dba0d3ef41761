import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
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

/** The files of tests that a task of a package runs, by name: `restart` for `test/restart.test.ts`. */
export function testNames({ folder, scripts }: Workspace, task: string): string[] {
  const [, below = '.'] = /--dir (\S+)/.exec(scripts[task] ?? '') ?? [];
  return readdirSync(join(root, folder, below), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts') && !path.includes('node_modules'))
    .map((path) => basename(path, '.test.ts'))
    .sort();
}
