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
  writeJson(`${folder}/${stage}.json`, part);
}

/** Writes what is said of the results in a folder: the report, the plots, the claims. */
export function publish(folder: string): void {
  const results = readResults(folder);
  const drawn = plots(results);
  const images = [...drawn.keys()].map((file) => `![${file.replace('.svg', '')}](${file})\n`);
  for (const [file, svg] of drawn) writeFileSync(`${folder}/${file}`, svg);
  writeJson(`${folder}/claims.json`, claims(results));
  writeFileSync(`${folder}/README.md`, `${report(results, claims(results))}\n${images.join('')}`);
}

function writeJson(file: string, value: unknown): void {
  writeFileSync(`${file}.part`, `${JSON.stringify(value, null, 1)}\n`);
  renameSync(`${file}.part`, file);
}
