// `npm run diff memory redis`: the lines that make the difference.
import { parseArgs, styleText } from 'node:util';
import { ConfigError } from 'security-helpers';
import { budgetedLines, compareFolders, type FileDifference } from './compare.ts';
import { budgetOf } from './diff-budget.ts';
import { chooseExamples, examples } from './examples.ts';
import { exampleFolder } from './folders.ts';
import { runCommand } from './run-command.ts';

const usage = `Usage: npm run diff <example> <example> [-- --tests]

Shows what changes from one example to the other: store.ts first, which is the lesson; then what
that store makes necessary elsewhere; README.md and package.json last. --tests shows their tests too.
Examples: ${examples.map(({ name }) => name).join(', ')}
`;

const titles = {
  lesson: 'The lesson',
  budgeted: 'What it makes necessary elsewhere',
  described: 'Description',
  test: 'Tests',
};

function main(args: string[]): number {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' }, tests: { type: 'boolean' } },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  chooseExamples(positionals);
  const [left, right] = positionals;
  if (!left || !right || positionals.length > 2 || left === right) {
    throw new ConfigError('Name two examples to compare, as in: npm run diff memory redis');
  }
  const differences = compareFolders(exampleFolder(left), exampleFolder(right));
  const shown = differences.filter(({ role }) => role !== 'test' || values.tests);
  console.log(shown.map((each) => show(each, left, right)).join('\n'));

  const changed = budgetedLines(differences);
  const budget = budgetOf(left, right);
  const outside = `${changed} changed lines outside src/store.ts, README.md and package.json`;
  if (!budget) {
    console.log(`${outside}; ${left} and ${right} are not neighbours, so no budget holds.`);
    return 0;
  }
  const isOver = changed > budget.lines;
  console.log(`${outside}; ${isOver ? 'over ' : ''}the budget is ${budget.lines}.`);
  return isOver ? 1 : 0;
}

function show({ path, role, changed, patch }: FileDifference, left: string, right: string) {
  const lines = [
    styled('bold', `${titles[role]}: ${path} (${changed} changed)`),
    styled('dim', `--- examples/${left}/${path}`),
    styled('dim', `+++ examples/${right}/${path}`),
  ];
  for (const { oldStart, oldLines, newStart, newLines, lines: changes } of patch.hunks) {
    lines.push(styled('cyan', `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`));
    for (const line of changes) {
      const color = line.startsWith('+') ? 'green' : line.startsWith('-') ? 'red' : undefined;
      lines.push(color ? styled(color, line) : line);
    }
  }
  return `${lines.join('\n')}\n`;
}

/** Only a terminal gets colours: in a file or a pager they would be noise. */
function styled(style: Parameters<typeof styleText>[0], text: string): string {
  const wanted = process.stdout.isTTY && !process.env['NO_COLOR'];
  return wanted ? styleText(style, text) : text;
}

await runCommand(main);
