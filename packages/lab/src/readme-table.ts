// `npm run readme`: writes the table of examples into README.md, out of what the examples say.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { examples } from './examples.ts';
import { exampleFolder, root } from './folders.ts';
import { runCommand } from './run-command.ts';

const BEGIN = '<!-- examples -->\n';
const END = '<!-- /examples -->';

/** The README with the table of the examples as they are. */
export function withTable(readme: string): string {
  const begin = readme.indexOf(BEGIN) + BEGIN.length;
  const end = readme.indexOf(END);
  if (begin < BEGIN.length || end < begin) throw new Error('README.md has no place for the table');
  return readme.slice(0, begin) + table() + readme.slice(end);
}

function table(): string {
  const rows = examples.map(({ name, port }) => {
    const answers = ['WHERE SESSIONS LIVE', 'A restart of the app', 'Two instances'];
    const head = headOf(join(exampleFolder(name), 'src', 'store.ts'));
    const cells = answers.map((question) => answerTo(question, head, name));
    return [`[${name}](examples/${name})`, `http://127.0.0.1:${port}`, ...cells];
  });
  const titles = ['example', 'address', 'sessions live', 'a restart of the app', 'two instances'];
  const lines = [titles, titles.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

/** The comment at the head of a file, as running text. */
function headOf(file: string): string {
  const [head = ''] = readFileSync(file, 'utf8').split('\n\n');
  return head
    .replace(/^\/\/ ?/gm, '')
    .replace(/^ +/gm, ' ')
    .replace(/\n /g, ' ');
}

/** `question: answer.` in that comment, up to the end of the sentence. */
function answerTo(question: string, head: string, name: string): string {
  const [, answer] = new RegExp(`${question}: +(.+?)\\.( |\\n|$)`).exec(head) ?? [];
  if (!answer) throw new Error(`store.ts of ${name} does not say "${question}: …"`);
  return answer.replace(/\s+/g, ' ');
}

if (process.argv[1]?.endsWith('readme-table.ts')) {
  await runCommand(() => {
    const file = join(root, 'README.md');
    writeFileSync(file, withTable(readFileSync(file, 'utf8')));
    return 0;
  });
}
