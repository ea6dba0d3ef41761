import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../report/workspaces.ts';

/** Some lines of a file, named by a text that only the first of them contains. */
export interface Excerpt {
  /** Below the repository, with `/`. */
  file: string;
  from: string;
  /** How many lines; 1 unless given. */
  lines?: number;
}

export interface QuotedLines {
  file: string;
  /** The number of the first line. */
  line: number;
  /** As they stand there, without the indentation that all have in common. */
  text: string[];
}

/**
 * Reads the lines from the source, so that what is shown is what runs.
 *
 * @throws Error when the text is in no line, or in several.
 */
export function quote({ file, from, lines = 1 }: Excerpt): QuotedLines {
  const all = readFileSync(join(root, file), 'utf8').split(/\r?\n/);
  const found = all.flatMap((line, index) => (line.includes(from) ? [index] : []));
  const [first] = found;
  if (first === undefined || found.length > 1) {
    throw new Error(`"${from}" is in ${found.length} lines of ${file}; it must be in one`);
  }
  const text = all.slice(first, first + lines);
  const indent = Math.min(...text.filter((line) => line.trim()).map((line) => line.search(/\S/)));
  return { file, line: first + 1, text: text.map((line) => line.slice(indent)) };
}
