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

/** All packages and examples, and the docs. */
export function readWorkspaces(): Workspace[] {
  const below = (parent: string) =>
    readdirSync(join(root, parent))
      .sort()
      .map((name) => `${parent}/${name}`);
  return [...below('packages'), ...below('examples'), 'docs']
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .map((folder) => {
      const { name, scripts } = JSON.parse(
        readFileSync(join(root, folder, 'package.json'), 'utf8'),
      ) as { name: string; scripts?: Record<string, string> };
      return { name, folder, scripts: scripts ?? {} };
    });
}

/** Where a task of a package leaves vitest's JSON, by the scripts in its package.json. */
export function resultsFile(folder: string, task: string): string {
  return join(root, folder, '.results', `${task.replaceAll(':', '-')}.json`);
}

/** The files of tests that a task of a package runs, by name: `restart` for `test/restart.test.ts`. */
export function testNames({ folder, scripts }: Workspace, task: string): string[] {
  const script = scripts[task] ?? '';
  // `--dir one`, or the folders by name: `one/ another/`; else all there are.
  const [, only] = /--dir (\S+)/.exec(script) ?? [];
  const several = [...script.matchAll(/(?<= )[\w-]+\/(?= |$)/g)].map(([name]) => name);
  const below = only ? [only] : several.length > 0 ? several : ['.'];
  return below
    .map((name) => join(root, folder, name))
    .filter((path) => existsSync(path))
    .flatMap((path) => readdirSync(path, { recursive: true, encoding: 'utf8' }))
    .filter((path) => path.endsWith('.test.ts') && !path.includes('node_modules'))
    .map((path) => basename(path, '.test.ts'))
    .sort();
}
