// Where a file of the repository is on the site.
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root, target } from '../tools/pages.ts';

/**
 * @param page the file that has the link, as seen from the root.
 * @returns the path on the site: pages of docs/ have their own, all others are below /source/.
 */
export function sitePath(page: string, href: string): string {
  if (/^(#|\/|[a-z][a-z+.-]*:)/i.test(href)) return href;
  const [, hash] = href.split('#');
  return sitePathOf(target(page, href)) + (hash ? `#${hash}` : '');
}

/** @param file a file or a folder, as seen from the root. */
export function sitePathOf(file: string): string {
  if (file.startsWith('docs/') && file.endsWith('.md')) {
    return `/${file.slice('docs/'.length)}`
      .replace(/README\.md$|index\.md$/, '')
      .replace(/\.md$/, '.html');
  }
  if (file.startsWith('docs/api')) return `${file.slice('docs'.length)}/`;
  const path = file === '.' ? '' : file;
  if (path.endsWith('README.md')) return `/source/${path.slice(0, -'README.md'.length)}`;
  return isFolder(path) ? `/source/${path}/` : `/source/${path}.html`;
}

const isFolder = (file: string) =>
  existsSync(join(root, file)) && statSync(join(root, file)).isDirectory();
