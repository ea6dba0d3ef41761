import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { attacks } from '../attacks/index.ts';
import { quote } from '../src/attack/excerpt.ts';
import { readmeOf, withLines } from '../src/attack/readme.ts';
import { exampleNames } from '../src/attack/report.ts';
import { requirements } from '../src/report/requirements.ts';

const here = join(import.meta.dirname, '../attacks');
const read = (...path: string[]) => readFileSync(join(here, ...path), 'utf8');

it('each folder is in the list, under its own name, and has the same files', () => {
  const folders = readdirSync(here, { withFileTypes: true }).filter((each) => each.isDirectory());
  expect(attacks.map(({ id }) => id).sort()).toEqual(folders.map(({ name }) => name).sort());
  for (const { id } of attacks) {
    for (const file of ['vulnerable.ts', 'attack.ts', 'control.ts', 'manifest.ts', 'README.md']) {
      expect(existsSync(join(here, id, file)), `${id}/${file}`).toBe(true);
    }
  }
});

it('a server with a fault has at most 40 lines', () => {
  for (const { id } of attacks) {
    const lines = read(id, 'vulnerable.ts').trimEnd().split('\n').length;
    expect(lines, id).toBeLessThanOrEqual(40);
  }
});

it('the lines that make the difference are in the source, one to six of them', () => {
  for (const { id, difference } of attacks) {
    expect(quote(difference.fault).text.length).toBeLessThanOrEqual(6);
    const fixed = difference.fix.map((excerpt) => quote(excerpt).text.length);
    const lines = fixed.reduce((sum, each) => sum + each, 0);
    expect(lines, id).toBeGreaterThanOrEqual(1);
    expect(lines, id).toBeLessThanOrEqual(6);
  }
});

it('a README shows the lines as they are in the source (npm run readme writes them)', () => {
  for (const attack of attacks) {
    const readme = readFileSync(readmeOf(attack), 'utf8');
    expect(withLines(readme, attack), attack.id).toBe(readme);
    expect(readme, attack.id).toContain(`npm run attack ${attack.id}\n`);
    expect(readme.split('\n').length, attack.id).toBeLessThanOrEqual(60);
  }
});

it('an attack names requirements that there are, and examples that there are', () => {
  const numbers = requirements.map(({ number }) => number);
  for (const attack of attacks) {
    expect(attack.requirements.length, attack.id).toBeGreaterThan(0);
    expect(numbers).toEqual(expect.arrayContaining([...attack.requirements]));
    expect(exampleNames).toEqual(expect.arrayContaining(Object.keys(attack.doesNotApply)));
  }
});
