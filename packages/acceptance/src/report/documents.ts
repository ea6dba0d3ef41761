// Files of docs/ that are written out of what a run has seen.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './workspaces.ts';

/** @param file as seen from the root. */
export function writeDocument(file: string, document: string): void {
  writeFileSync(join(root, file), document);
}

/** Empty when there is none. */
export function readDocument(file: string): string {
  try {
    return readFileSync(join(root, file), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return '';
  }
}

/** In Markdown. The first row has the titles. */
export function markdownTable([titles = [], ...rows]: readonly (readonly string[])[]): string {
  const lines = [titles, titles.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}
