// Relative links: where they lead, and whether there is anything.
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import GithubSlugger from 'github-slugger';
import { blank, withoutFences } from './fences.ts';
import { markdownFiles, read, root, target } from './pages.ts';

export interface Link {
  page: string;
  /** As it is written. */
  href: string;
  line: number;
}

/** Of a page, what does not lead out of the repository; not what only stands in code. */
export function linksOf(page: string): Link[] {
  const text = withoutCode(read(page));
  const inline = [...text.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)];
  const referenced = [...text.matchAll(/^\[[^\]]+\]:\s*(\S+)/gm)];
  const sources = [...text.matchAll(/<(?:img|a|source)\s[^>]*?(?:src|srcset|href)="([^"]+)"/g)];
  return [...inline, ...referenced, ...sources]
    .map(({ 1: href = '', index }) => ({
      page,
      href,
      line: text.slice(0, index).split('\n').length,
    }))
    .filter(({ href }) => !/^[a-z][a-z+.-]*:/i.test(href));
}

export const withoutCode = (text: string) => withoutFences(text).replace(/`[^`\n]+`/g, blank);

/** What is wrong with a link, in words; undefined for a good one. */
export function faultOf({ page, href }: Link): string | undefined {
  const file = href.startsWith('#') ? page : target(page, href);
  if (file.startsWith('..')) return 'leads out of the repository';
  if (!existsSync(join(root, file))) return `there is no ${file}`;
  const [, anchor] = href.split('#');
  if (!anchor) return undefined;
  const line = /^L(\d+)$/.exec(anchor);
  if (line) {
    return Number(line[1]) <= read(file).split('\n').length ? undefined : `${file} is shorter`;
  }
  if (statSync(join(root, file)).isDirectory() || !file.endsWith('.md')) {
    return `${file} has no anchors`;
  }
  return anchorsOf(file).includes(anchor) ? undefined : `${file} has no heading #${anchor}`;
}

/** As GitHub makes them of headings. */
export function anchorsOf(page: string): string[] {
  const headings = [...withoutFences(read(page)).matchAll(/^#{1,6} +(.+?)(?: #+)?$/gm)];
  const slugger = new GithubSlugger();
  return headings.map(([, heading = '']) => slugger.slug(textOf(heading)));
}

/** What is read of a heading in Markdown. */
export const textOf = (heading: string) =>
  heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/<[^>]+>/g, '');

/** Scripts that a page speaks of, as `npm run name`, and where. */
export function scriptsOf(page: string): { name: string; line: number }[] {
  const text = read(page);
  return [...text.matchAll(/\bnpm run ([\w:.-]*\w)/g)].map(({ 1: name = '', index }) => ({
    name,
    line: text.slice(0, index).split('\n').length,
  }));
}

export const allLinks = () => markdownFiles().flatMap(linksOf);
