import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { type StructuredPatch, structuredPatch } from 'diff';

/** Why a file is compared: the lesson itself, what must stay small beside it, or neither. */
export type Role = 'lesson' | 'budgeted' | 'described' | 'test';

export interface FileDifference {
  /** Relative to the example, with `/`. */
  path: string;
  role: Role;
  /** See `changedLines`. */
  changed: number;
  /** With three lines of context. */
  patch: StructuredPatch;
}

// Made by tools, or of this machine only.
const ignored = /(^|\/)(node_modules|dist|coverage|\.turbo|\.results|\.env)(\/|$)|\.log$/;
const order: readonly Role[] = ['lesson', 'budgeted', 'described', 'test'];

/** The files in which two examples differ, the lesson first and what describes it last. */
export function compareFolders(left: string, right: string): FileDifference[] {
  const paths = new Set([...filesIn(left), ...filesIn(right)]);
  return [...paths]
    .map((path) => compareFile(left, right, path))
    .filter(({ patch }) => patch.hunks.length > 0)
    .sort((a, b) => order.indexOf(a.role) - order.indexOf(b.role) || (a.path < b.path ? -1 : 1));
}

/** The sum that the budget is about. */
export function budgetedLines(differences: readonly FileDifference[]): number {
  return differences
    .filter(({ role }) => role === 'budgeted')
    .reduce((sum, { changed }) => sum + changed, 0);
}

/**
 * How many lines were changed: one that was replaced counts once, not as one removed and one added.
 * In each run of neighbouring changes it is therefore the larger of both numbers that counts.
 */
export function changedLines(before: string, after: string): number {
  const { hunks } = structuredPatch('', '', before, after, '', '', { context: 0 });
  const count = (lines: readonly string[], sign: string) =>
    lines.filter((line) => line.startsWith(sign)).length;
  return hunks.reduce((sum, { lines }) => sum + Math.max(count(lines, '-'), count(lines, '+')), 0);
}

function compareFile(left: string, right: string, path: string): FileDifference {
  const before = read(join(left, path));
  const after = read(join(right, path));
  return {
    path,
    role: roleOf(path),
    changed: changedLines(before, after),
    patch: structuredPatch(path, path, before, after, '', '', { context: 3 }),
  };
}

function roleOf(path: string): Role {
  if (path === 'src/store.ts') return 'lesson';
  if (path === 'README.md' || path === 'package.json') return 'described';
  return path.startsWith('test/') ? 'test' : 'budgeted';
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length))
    .map((path) => path.split(sep).filter(Boolean).join('/'))
    .filter((path) => !ignored.test(path));
}

/** A file that one example does not have is empty there: each of its lines is a changed one. */
function read(path: string): string {
  try {
    // A checkout on Windows may have other line ends.
    return readFileSync(path, 'utf8').replaceAll('\r\n', '\n');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
