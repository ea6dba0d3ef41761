// What the site makes of the Markdown that GitHub shows as well.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MarkdownRenderer } from 'vitepress';
import { root } from '../tools/pages.ts';
import { sequence } from './sequence.ts';
import { sitePath } from './site-path.ts';

/** Where a page of the site is from, as seen from the root of the repository. */
const pageOf = (relativePath: string) =>
  relativePath.startsWith('source/')
    ? relativePath.slice('source/'.length)
    : `docs/${relativePath}`;

/** A link to a file of the repository leads to its page of the site. */
export function links(md: MarkdownRenderer): void {
  md.core.ruler.push('repository-links', ({ tokens, env }) => {
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      const href = token.type === 'link_open' ? token.attrGet('href') : null;
      if (href) token.attrSet('href', sitePath(pageOf(env.relativePath), href));
    }
  });
}

/** Diagrams are drawn, and a part of the source says where it is from. */
export function blocks(md: MarkdownRenderer): void {
  const { fence, image } = md.renderer.rules;
  md.renderer.rules.fence = (tokens, index, options, env, self) => {
    const token = tokens[index];
    if (!token || !fence) return '';
    if (/^mermaid\b/.test(token.info)) return sequence(token.content);
    const code = fence(tokens, index, options, env, self);
    const [, place] = / file=(\S+)/.exec(token.info) ?? [];
    const [file = ''] = place?.split('#') ?? [];
    return file ? `<p class="from"><a href="/source/${file}.html">${file}</a></p>\n${code}` : code;
  };
  // A picture whose parts are links has to be a part of the page.
  md.renderer.rules.image = (tokens, index, options, env, self) => {
    const src = tokens[index]?.attrGet('src') ?? '';
    if (!src.endsWith('life-of-a-session.svg')) {
      return image?.(tokens, index, options, env, self) ?? '';
    }
    return readFileSync(join(root, 'docs', 'life-of-a-session.svg'), 'utf8').trim();
  };
}

/** `#L12` leads to line 12 of a page that shows a whole file. */
export const anchorLines: NonNullable<
  NonNullable<import('vitepress').MarkdownOptions['codeTransformers']>[number]
> = {
  name: 'anchor-lines',
  line(node, line) {
    if (this.options.meta?.__raw?.includes('whole-file')) node.properties['id'] = `L${line}`;
  },
};
