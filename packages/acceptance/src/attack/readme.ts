// `npm run readme` in packages/acceptance: writes into each attack's README, and into
// docs/concurrency.md, the lines that make the difference, out of the source that has them.
import { readFileSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { attacks } from '../../attacks/index.ts';
import { lessons } from '../../concurrency/index.ts';
import { root } from '../report/workspaces.ts';
import type { AnyAttack } from './attack.ts';
import { type Excerpt, quote } from './excerpt.ts';

const FOLDER = 'packages/acceptance/attacks';
export const concurrencyDoc = join(root, 'docs/concurrency.md');

/** The README with the lines as they are. */
export const withLines = (readme: string, attack: AnyAttack): string =>
  fill(readme, attack, `${FOLDER}/${attack.id}`, 'lines');

/** docs/concurrency.md with the lines as they are. */
export const withAllLines = (doc: string): string =>
  lessons.reduce((text, lesson) => fill(text, lesson, 'docs', `lines of ${lesson.id}`), doc);

export const readmeOf = ({ id }: AnyAttack): string => join(root, FOLDER, id, 'README.md');

/** @param from the folder of the text, for links. @param place the name of the place for them. */
function fill(text: string, { id, difference }: AnyAttack, from: string, place: string): string {
  const begin = text.indexOf(`<!-- ${place} -->\n`);
  const end = text.indexOf(`<!-- /${place} -->`);
  if (begin < 0 || end < begin) throw new Error(`there is no place for the lines of ${id}`);
  const head = text.slice(0, text.indexOf('\n', begin) + 1);
  const { fault, fix } = difference;
  const blocks = [
    block(from, 'With the fault', fault),
    ...fix.map((each) => block(from, 'Without it', each)),
  ];
  return `${head}\n${blocks.join('\n')}\n${text.slice(end)}`;
}

function block(from: string, title: string, excerpt: Excerpt): string {
  const { file, text } = quote(excerpt);
  const link = posix.relative(from, file);
  const name = link.startsWith('..') ? posix.basename(file) : link;
  return `${title}, in [${name}](${link}):\n\n\`\`\`ts\n${text.join('\n')}\n\`\`\`\n`;
}

if (process.argv[1]?.endsWith('readme.ts')) {
  for (const attack of attacks) {
    const file = readmeOf(attack);
    writeFileSync(file, withLines(readFileSync(file, 'utf8'), attack));
  }
  writeFileSync(concurrencyDoc, withAllLines(readFileSync(concurrencyDoc, 'utf8')));
}
