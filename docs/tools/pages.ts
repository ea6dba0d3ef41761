// The Markdown of the repository: what is checked, and what the site shows.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** All files that git knows or would take, as seen from the root, with `/`. */
export function repositoryFiles(): string[] {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'];
  const files = execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 });
  return files.split('\0').filter((file) => file !== '');
}

export const markdownFiles = () => repositoryFiles().filter((file) => file.endsWith('.md'));

/** @param file as seen from the root. */
export const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** Where a relative link of `page` leads, as seen from the root. */
export function target(page: string, link: string): string {
  const [path = ''] = link.split(/[?#]/);
  return posix.join(posix.dirname(page), decodeURI(path)).replace(/\/$/, '') || '.';
}
