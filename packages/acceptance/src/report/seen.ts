// What slow tests leave behind for a document that is made of it.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './workspaces.ts';

/** A folder of results, one file an example. */
export function seenIn<Seen>(name: string, examples: readonly string[]) {
  const folder = join(root, 'packages/acceptance/.results', name);
  const fileOf = (example: string) => join(folder, `${example}.json`);
  return {
    leave(example: string, seen: Seen): void {
      mkdirSync(folder, { recursive: true });
      writeFileSync(fileOf(example), `${JSON.stringify(seen, null, 2)}\n`);
    },
    /** @returns undefined unless each example has left something. */
    read(): Seen[] | undefined {
      try {
        return examples.map((each) => JSON.parse(readFileSync(fileOf(each), 'utf8')) as Seen);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        return undefined;
      }
    },
    /** What an earlier run has seen must not be counted as seen by this one. */
    forget: () => rmSync(folder, { recursive: true, force: true }),
  };
}
