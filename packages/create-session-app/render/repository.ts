import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository, out of which starters are made. */
export const root = fileURLToPath(new URL('../../../', import.meta.url));

export const read = (...path: string[]): string => readFileSync(join(root, ...path), 'utf8');

/** The files below a folder of the repository, by their path in it. */
export function readFolder(...path: string[]): Map<string, string> {
  const files = readdirSync(join(root, ...path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const from = join(root, ...path, '/').length;
  return new Map(
    files.map((file) => [file.slice(from).replaceAll('\\', '/'), readFileSync(file, 'utf8')]),
  );
}
