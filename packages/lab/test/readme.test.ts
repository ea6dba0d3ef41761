import { existsSync, readFileSync } from 'node:fs';
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

it('the README has at most 120 lines, its links lead somewhere and its commands exist', () => {
  expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(120);
  const links = [...readme.matchAll(/\]\(([^)#]+)\)/g)].map(([, link = '']) => link);
  const local = links.filter((link) => !link.startsWith('https://'));
  expect(local.length).toBeGreaterThan(5);
  for (const link of local) expect(existsSync(join(root, link)), link).toBe(true);

  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const commands = [...readme.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name);
  expect(commands.length).toBeGreaterThan(2);
  for (const name of commands) expect(Object.keys(scripts), name).toContain(name);
});
