import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../src/folders.ts';
import { withTable } from '../src/readme-table.ts';

const readme = readFileSync(join(root, 'README.md'), 'utf8');

it('the table of examples is what the examples say (npm run readme writes it)', () => {
  expect(withTable(readme)).toBe(readme);
  const changed = readme.replace('| [redis]', '| [reddis]');
  expect(changed).not.toBe(readme);
  expect(withTable(changed)).toBe(readme);
});

it('the README has at most 120 lines', () => {
  expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(120);
});
