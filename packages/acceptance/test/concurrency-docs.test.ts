import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lessons } from '../concurrency/index.ts';
import { concurrencyDoc, withAllLines } from '../src/attack/readme.ts';
import { root } from '../src/report/workspaces.ts';

const doc = readFileSync(concurrencyDoc, 'utf8');

it('docs/concurrency.md shows the lines of the source (npm run readme writes them)', () => {
  expect(withAllLines(doc)).toBe(doc);
});

it('docs/concurrency.md has a section for each lesson, in their order, and how to see it', () => {
  const shown = [...doc.matchAll(/^npm run concurrency (\S+)$/gm)].map(([, id]) => id);
  expect(shown).toEqual(lessons.map(({ id }) => id));
  expect([...doc.matchAll(/^## /gm)].length).toBeGreaterThanOrEqual(lessons.length);
});

it('README.md links to docs/concurrency.md', () => {
  expect(readFileSync(join(root, 'README.md'), 'utf8')).toContain('](docs/concurrency.md)');
});

it('the plain server of the lessons has at most 50 lines', () => {
  const plain = readFileSync(join(root, 'packages/acceptance/concurrency/plain-server.ts'), 'utf8');
  expect(plain.trimEnd().split('\n').length).toBeLessThanOrEqual(50);
});
