import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { budgetedLines, changedLines, compareFolders } from '../src/compare.ts';
import { budgetOf, budgets } from '../src/diff-budget.ts';
import { examples } from '../src/examples.ts';
import { exampleFolder } from '../src/folders.ts';

const names = examples.map(({ name }) => name);
const read = (...path: string[]) => readFileSync(join(...path), 'utf8');
const linesOf = (text: string) => text.trimEnd().split('\n');

describe('the difference between neighbours', () => {
  for (const { pair, lines } of budgets) {
    const [left, right] = pair;
    if (!names.includes(left) || !names.includes(right)) continue; // not written yet

    it(`${left} and ${right} differ in ${lines} lines at most, outside store.ts`, () => {
      const differences = compareFolders(exampleFolder(left), exampleFolder(right));
      expect(budgetedLines(differences)).toBeLessThanOrEqual(lines);
    });
  }

  it('every example but the first has a neighbour, whose budget is checked', () => {
    const express = names.filter((name) => name !== 'koa');
    for (const [index, name] of express.slice(1).entries()) {
      expect(budgetOf(express[index] ?? '', name), name).toBeDefined();
    }
  });

  it('one line more than the budget is noticed', () => {
    const [budget] = budgets;
    const [left, right] = budget?.pair ?? ['', ''];
    const copy = mkdtempSync(join(tmpdir(), 'session-lab-diff-'));
    onTestFinished(() => rmSync(copy, { recursive: true, force: true }));
    cpSync(exampleFolder(left), copy, {
      recursive: true,
      filter: (path) => !path.includes('node_modules'),
    });
    expect(budgetedLines(compareFolders(exampleFolder(left), copy))).toBe(0);

    const more = (budget?.lines ?? 0) + 1;
    appendFileSync(join(copy, 'src', 'app.ts'), '// one more\n'.repeat(more));
    appendFileSync(join(copy, 'src', 'store.ts'), '// the lesson is free\n');
    appendFileSync(join(copy, 'README.md'), 'so is what describes it\n');
    expect(budgetedLines(compareFolders(exampleFolder(left), copy))).toBe(more);
    expect(budgetOf(right, left)?.lines).toBeLessThan(more);
  });

  it('a file that only one of them has counts with all its lines', () => {
    const copy = mkdtempSync(join(tmpdir(), 'session-lab-diff-'));
    onTestFinished(() => rmSync(copy, { recursive: true, force: true }));
    cpSync(exampleFolder('memory'), copy, { recursive: true });
    rmSync(join(copy, 'src', 'users.ts'));
    const users = linesOf(read(exampleFolder('memory'), 'src', 'users.ts'));
    expect(budgetedLines(compareFolders(exampleFolder('memory'), copy))).toBe(users.length);
  });

  it('a replaced line is one changed line', () => {
    expect(changedLines('a\nb\nc\n', 'a\nB\nc\n')).toBe(1);
    expect(changedLines('a\nb\nc\n', 'a\nc\n')).toBe(1);
    expect(changedLines('a\nb\n', 'A\nB\nnew\n')).toBe(3);
    expect(changedLines('a\nb\nc\n', 'A\nb\nC\n')).toBe(2);
    expect(changedLines('same\n', 'same\n')).toBe(0);
  });
});

describe('what the examples have in common', () => {
  const [first = '', ...others] = names.filter((name) => name !== 'koa');
  for (const file of ['account.ts', 'page.ts', 'users.ts']) {
    if (!existsSync(join(exampleFolder(first), 'src', file))) continue; // not written yet

    it(`${file} is the same file in all Express examples`, () => {
      for (const other of others) {
        const here = read(exampleFolder(other), 'src', file);
        expect(here, other).toBe(read(exampleFolder(first), 'src', file));
      }
    });
  }
});

describe.for(names)('the %s example can be read in one go', (name) => {
  const folder = exampleFolder(name);

  it('app.ts has 150 lines at most, store.ts 80', () => {
    expect(linesOf(read(folder, 'src', 'app.ts')).length).toBeLessThanOrEqual(150);
    const most = name === 'hybrid' ? 160 : 80;
    expect(linesOf(read(folder, 'src', 'store.ts')).length).toBeLessThanOrEqual(most);
  });

  it('no line is wider than 100 columns', () => {
    const wide = ['src', 'test'].flatMap((part) =>
      readdirSync(join(folder, part)).flatMap((file) =>
        linesOf(read(folder, part, file))
          .map((line, index) => ({ at: `${part}/${file}:${index + 1}`, width: [...line].length }))
          .filter(({ width }) => width > 100),
      ),
    );
    expect(wide).toEqual([]);
  });

  it('README.md has the headings of all READMEs, in 60 lines at most', () => {
    const lines = linesOf(read(folder, 'README.md'));
    // The hybrid alone makes promises of its own, and has to say them.
    const promises = name === 'hybrid' ? ['What it promises'] : [];
    expect(lines.length).toBeLessThanOrEqual(promises.length > 0 ? 80 : 60);
    expect(lines.filter((line) => line.startsWith('## ')).map((line) => line.slice(3))).toEqual([
      'What you will see',
      'Run it',
      'Try this',
      ...promises,
      'How it works',
      'What changes from the previous example',
      'What it does not protect',
      'Take it',
    ]);
  });
});
