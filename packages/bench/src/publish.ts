import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { claims } from './claims.ts';
import { plots } from './plots.ts';
import { report } from './report.ts';
import type { Results } from './results.ts';
import { type StageName, stageNames } from './stages.ts';

/** What each stage has left in a folder, whenever that was. */
export function readResults(folder: string): Results {
  const parts = stageNames.flatMap((stage) => {
    const file = `${folder}/${stage}.json`;
    return existsSync(file) ? [[stage, JSON.parse(readFileSync(file, 'utf8'))]] : [];
  });
  return Object.fromEntries(parts);
}

/** Replaces what a stage has seen, as a whole or not at all. */
export function writePart(folder: string, stage: StageName, part: unknown): void {
  mkdirSync(folder, { recursive: true });
  const file = `${folder}/${stage}.json`;
  writeFileSync(`${file}.part`, json(part));
  renameSync(`${file}.part`, file);
}

/** Writes what is said of the results in a folder: the report, the plots, the claims. */
export function publish(folder: string): void {
  for (const [file, text] of documents(readResults(folder)))
    writeFileSync(`${folder}/${file}`, text);
}

/** By the names of their files. */
export function documents(results: Results): Map<string, string> {
  const drawn = plots(results);
  const images = [...drawn.keys()].map((file) => `![${file.replace('.svg', '')}](${file})\n`);
  const claimed = claims(results);
  return new Map([
    ...drawn,
    ['claims.json', json(claimed)],
    ['README.md', `${report(results, claimed)}\n${images.join('')}`],
  ]);
}

const json = (value: unknown) => `${JSON.stringify(value, null, 1)}\n`;
