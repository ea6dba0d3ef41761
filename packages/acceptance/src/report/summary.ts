import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './workspaces.ts';

/** A file that other tools read: `.ci/run` sums the counts, the docs show the coverage. */
export function reportFile(name: string): string {
  return join(root, '.results', `${name}.json`);
}

export function writeReport(name: string, content: unknown): void {
  const file = reportFile(name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
}
