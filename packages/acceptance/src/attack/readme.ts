// `npm run readme` in packages/acceptance: writes into each attack's README the lines that make the
// difference, out of the source that has them.
import { readFileSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { attacks } from '../../attacks/index.ts';
import { root } from '../report/workspaces.ts';
import type { AnyAttack } from './attack.ts';
import { type Excerpt, quote } from './excerpt.ts';

const FOLDER = 'packages/acceptance/attacks';
const BEGIN = '<!-- lines -->\n';
const END = '<!-- /lines -->';

/** The README with the lines as they are. */
export function withLines(readme: string, { id, difference }: AnyAttack): string {
  const begin = readme.indexOf(BEGIN) + BEGIN.length;
  const end = readme.indexOf(END);
  if (begin < BEGIN.length || end < begin) throw new Error(`${id}/README.md has no place for them`);
  const { fault, fix } = difference;
  const blocks = [
    block(id, 'With the fault', fault),
    ...fix.map((each) => block(id, 'Without it', each)),
  ];
  return `${readme.slice(0, begin)}\n${blocks.join('\n')}\n${readme.slice(end)}`;
}

export const readmeOf = ({ id }: AnyAttack): string => join(root, FOLDER, id, 'README.md');

function block(id: string, title: string, excerpt: Excerpt): string {
  const { file, text } = quote(excerpt);
  const link = posix.relative(`${FOLDER}/${id}`, file);
  const name = link.startsWith('..') ? posix.basename(file) : link;
  return `${title}, in [${name}](${link}):\n\n\`\`\`ts\n${text.join('\n')}\n\`\`\`\n`;
}

if (process.argv[1]?.endsWith('readme.ts')) {
  for (const attack of attacks) {
    const file = readmeOf(attack);
    writeFileSync(file, withLines(readFileSync(file, 'utf8'), attack));
  }
}
