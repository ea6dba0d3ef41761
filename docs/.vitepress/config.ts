// The site of docs/: `npm run docs`.
import { slug } from 'github-slugger';
import { defineConfig } from 'vitepress';
import { anchorLines, blocks, links } from './markdown.ts';
import { sidebar } from './sidebar.ts';

export default defineConfig({
  title: 'Session Lab',
  description: 'Server-side sessions in Node.js: run, attacked and killed in front of you',
  lang: 'en',
  lastUpdated: false,
  // An icon that needs no request: a browser asks for /favicon.ico otherwise.
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  rewrites: { 'benchmarks/README.md': 'benchmarks/index.md' },
  srcExclude: ['node_modules/**', 'api/_media/**'],
  // The index of the search, and files of source with their colours: they are fetched when asked for.
  vite: { build: { chunkSizeWarningLimit: 4000 } },
  markdown: {
    // As on GitHub, so that a link to a heading is right in both places.
    anchor: { slugify: slug },
    codeTransformers: [anchorLines],
    config(md) {
      links(md);
      blocks(md);
    },
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: { level: [2, 3] },
    nav: [
      { text: 'A session’s life', link: '/' },
      { text: 'Redis or database?', link: '/decide' },
      { text: 'Ideas', link: '/learn/cookies' },
      { text: 'API', link: '/api/' },
    ],
    sidebar,
  },
});
