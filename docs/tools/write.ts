// `npm run docs:write`: fills in the code regions, the recorded exchanges and the tables of all pages.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../../packages/lab/src/run-command.ts';
import { type Fence, fencesOf, fill } from './fences.ts';
import { markdownFiles, read, root } from './pages.ts';
import { regionOf } from './region.ts';
import { closePostgres, play } from './scenes.ts';
import { fillTables } from './tables.ts';

/** What belongs into a block that shows a part of the source; undefined for other blocks. */
export function sourceFor({ words, language }: Fence): string | undefined {
  return words['file'] && language !== 'mermaid' ? regionOf(words['file']) : undefined;
}

/** The exchanges that a page shows. */
export const exchangesOf = (page: string) =>
  fencesOf(page).flatMap(({ words }) => words['exchange'] ?? []);

async function main(): Promise<number> {
  for (const page of markdownFiles()) {
    const text = read(page);
    const exchanges = new Map<string, string>();
    for (const name of exchangesOf(text)) exchanges.set(name, await play(name));
    const filled = fill(
      fillTables(text),
      (fence) => exchanges.get(fence.words['exchange'] ?? '') ?? sourceFor(fence),
    );
    if (filled === text) continue;
    writeFileSync(join(root, page), filled);
    console.log(`Written: ${page}`);
  }
  await closePostgres();
  return 0;
}

if (process.argv[1]?.endsWith('write.ts')) await runCommand(main);
