// Where a test stands in the source: by its title, since a suite that runs for every example is
// called from elsewhere.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './workspaces.ts';

export interface Place {
  /** Below the root, with `/`. */
  file: string;
  line: number;
}

export type Locate = (test: { folder: string; title: string }) => Place | undefined;

// A quoted text on one line that names a requirement; quotes in it are escaped.
const TITLE = /(['"`])((?:\\.|(?!\1).)*#\d+(?:\\.|(?!\1).)*)\1/g;

/** Looks through the sources of each package once, when a test of it is first asked for. */
export function locator(): Locate {
  const known = new Map<string, { pattern: RegExp; place: Place }[]>();
  return ({ folder, title }) => {
    const titles = known.get(folder) ?? titlesIn(folder);
    known.set(folder, titles);
    return titles.find(({ pattern }) => pattern.test(title))?.place;
  };
}

/** The titles of tests in a folder that name a requirement, as they are in the source. */
export function titlesIn(folder: string): { title: string; pattern: RegExp; place: Place }[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => /^(src|test|attacks|fuzz)\/.*\.ts$/.test(file))
    .sort();
  return files.flatMap((file) =>
    readFileSync(join(root, folder, file), 'utf8')
      .split('\n')
      .flatMap((text, index) =>
        [...text.matchAll(TITLE)].map(([, , title = '']) => ({
          title,
          pattern: patternOf(title),
          place: { file: `${folder}/${file}`, line: index + 1 },
        })),
      ),
  );
}

/** What stands for a value when the test runs may be anything. */
function patternOf(title: string): RegExp {
  const parts = title.replace(/\\(['"`])/g, '$1').split(/\$\{[^}]*\}|%[sdijo]|\$\w+/);
  const escaped = parts.map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`);
}
