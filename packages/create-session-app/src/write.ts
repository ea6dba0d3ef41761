import { lstatSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CreateError } from './run-command.ts';

export interface Written {
  /** Files that differed, and where they are now. */
  kept: { path: string; as: string }[];
}

/**
 * Writes files below a folder. One that is there and differs is renamed first, to the next free
 * `.bak`; one that is the same stays. Nothing is ever overwritten or removed, after an error neither.
 *
 * @throws CreateError when something cannot be written.
 */
export function writeFiles(folder: string, files: ReadonlyMap<string, string>): Written {
  const kept: Written['kept'] = [];
  for (const [path, text] of files) {
    const target = join(folder, path);
    try {
      mkdirSync(dirname(target), { recursive: true });
      const found = kindOf(target);
      if (found === 'file' && readFileSync(target, 'utf8') === text) continue;
      if (found) {
        const as = freeName(path, folder);
        renameSync(target, join(folder, as));
        kept.push({ path, as });
      }
      // wx: what somebody else has written there meanwhile is not overwritten either.
      writeFileSync(target, text, { flag: 'wx', mode: path === '.env' ? 0o600 : 0o644 });
    } catch (error) {
      const { code = 'unknown error' } = error as NodeJS.ErrnoException;
      throw new CreateError(
        `${target} could not be written (${code}); what was written before it is still there. ` +
          'Make room for it and try again with --force, or choose another folder.',
        69,
      );
    }
  }
  return { kept };
}

/** Of the path itself: what a link leads to is nothing of ours. */
function kindOf(path: string): 'file' | 'other' | undefined {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats && (stats.isFile() ? 'file' : 'other');
}

function freeName(path: string, folder: string): string {
  for (let count = 1; ; count++) {
    const name = `${path}.bak${count === 1 ? '' : count}`;
    if (!kindOf(join(folder, name))) return name;
  }
}
