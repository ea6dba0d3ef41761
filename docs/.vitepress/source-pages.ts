// Every file outside of docs/ that a page links to, and every file that those link to.
import { readdirSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fencesOf } from '../tools/fences.ts';
import { linksOf } from '../tools/links.ts';
import { markdownFiles, read, root, target } from '../tools/pages.ts';
import { sitePathOf } from './site-path.ts';

interface SourcePage {
  params: { path: string };
  content: string;
}

export function sourcePages(): SourcePage[] {
  const seen = new Set<string>();
  const waiting = markdownFiles()
    .filter((file) => file.startsWith('docs/'))
    .flatMap(leadsTo);
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file) || !sitePathOf(file).startsWith('/source/')) continue;
    seen.add(file);
    const readme = readmeOf(file);
    if (readme) waiting.push(...leadsTo(readme));
  }
  const pages = new Map<string, SourcePage>();
  for (const file of seen) {
    const path = sitePathOf(file)
      .slice('/source/'.length)
      .replace(/\.html$/, '')
      .replace(/(^|\/)$/, '$1index');
    pages.set(path, { params: { path }, content: contentOf(file) });
  }
  return [...pages.values()];
}

function leadsTo(page: string): string[] {
  const links = linksOf(page).filter(({ href }) => !/^[#/]|\.(png|svg)$/.test(href));
  const shown = fencesOf(read(page)).flatMap(({ words }) => words['file']?.split('#')[0] ?? []);
  return [...links.map(({ href }) => target(page, href)), ...shown];
}

/** The Markdown that a file is, or that a folder has to say of itself. */
function readmeOf(file: string): string | undefined {
  if (file.endsWith('.md')) return file;
  if (!statSync(join(root, file)).isDirectory()) return undefined;
  return readdirSync(join(root, file)).includes('README.md') ? join(file, 'README.md') : undefined;
}

function contentOf(file: string): string {
  const readme = readmeOf(file);
  if (readme) return read(readme);
  if (statSync(join(root, file)).isDirectory()) return `# ${file}\n\n${listOf(file)}`;
  const language =
    { '.yml': 'yaml', '.mjs': 'js' }[extname(file)] ?? (extname(file).slice(1) || 'text');
  return `# ${file}\n\n\`\`\`\`\`${language}:line-numbers whole-file\n${read(file).trimEnd()}\n\`\`\`\`\`\n`;
}

const listOf = (folder: string) =>
  readdirSync(join(root, folder))
    .map((name) => `- \`${name}\`\n`)
    .join('');
