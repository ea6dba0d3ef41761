import { styleText } from 'node:util';
import type { AnyAttack, Exchange } from './attack.ts';
import { columns } from './columns.ts';
import { type Excerpt, quote } from './excerpt.ts';
import type { Played } from './play.ts';
import { controlPassed, exampleNames, failedControl, type Report } from './report.ts';

/** Where the output goes. */
export interface Screen {
  width: number;
  /** Only a terminal gets colours: in a file or a pager they would be noise. */
  isColoured: boolean;
}

type Style = Parameters<typeof styleText>[0];

/** Too narrow for two columns. */
const NARROW = 72;

/** One attack: what was sent and answered, side by side, and the lines that decided. */
export function showPlay(report: Report, screen: Screen): string {
  const { attack } = report;
  return [
    styled(screen, 'bold', attack.id),
    ...columns([`${attack.title}.`], [screen.width]),
    '',
    ...showExchanges(report, screen),
    '',
    styled(screen, 'bold', 'Everywhere'),
    ...showVerdicts(report, screen),
    '',
    styled(screen, 'bold', 'The lines that make the difference'),
    ...showDifference(attack, screen),
  ].join('\n');
}

/** All attacks, a line each. */
export function showTable(reports: readonly Report[], screen: Screen): string {
  const heads = ['faulty', ...exampleNames, 'control'];
  const idWidth = Math.max(...reports.map(({ attack }) => attack.id.length));
  const widths = [idWidth, ...heads.map((head) => Math.max(head.length, 6))];
  const isNarrow = widths.reduce((sum, width) => sum + width + 2, -2) > screen.width;
  const lines = isNarrow ? [] : columns(['', ...heads], widths);
  for (const report of reports) {
    const { id, fixed } = report.attack;
    const cells = showCells(report, screen);
    if (isNarrow) {
      const named = cells.map((cell, index) => `${heads[index]} ${cell}`);
      lines.push(id, ...columns([`  ${named.join(', ')}`], [screen.width]));
    } else {
      lines.push(...columns([id, ...cells], widths));
    }
    if (fixed !== 'examples') {
      lines.push(`  ${fixed.name}: ${showCell(report.fixed[fixed.name], screen)}`);
    }
  }
  const legend =
    'won, lost: by the attacker. control: whether an honest user gets through. –: not played ' +
    'there; npm run attack <id> says why, and shows the attack.';
  return [...lines, '', ...columns([legend], [screen.width])].join('\n');
}

function showExchanges({ vulnerable, fixed }: Report, screen: Screen): string[] {
  const [other] = Object.entries(fixed);
  const left = { title: 'the server with the fault', played: vulnerable };
  const right = other && { title: nameOf(other[0]), played: other[1] };
  if (!right || screen.width < NARROW) {
    return [left, ...(right ? [right] : [])].flatMap(({ title, played }) => [
      styled(screen, 'bold', title),
      ...[...sayExchanges(played.exchanges), verdict(played, screen)].flatMap((text) =>
        columns([text], [screen.width]),
      ),
      '',
    ]);
  }
  const half = Math.floor((screen.width - 3) / 2);
  const beside = (texts: readonly string[]) => columns(texts, [half, half], ' │ ');
  const rule = '─'.repeat(half * 2 + 3);
  const lefts = sayExchanges(left.played.exchanges);
  const rights = sayExchanges(right.played.exchanges);
  const rows = Array.from({ length: Math.max(lefts.length, rights.length) }, (_, row) => [
    lefts[row] ?? '',
    rights[row] ?? '',
  ]);
  return [
    ...beside([left, right].map(({ title }) => styled(screen, 'bold', title))),
    rule,
    ...rows.flatMap(beside),
    rule,
    ...beside([left, right].map(({ played }) => verdict(played, screen))),
  ];
}

function showVerdicts(report: Report, { width }: Screen): string[] {
  const { vulnerable, fixed, doesNotApply } = report;
  const control = failedControl(report)?.evidence ?? `${vulnerable.control.evidence}, on all`;
  const rows = [
    ...Object.entries(fixed).map(([name, { won, evidence }]) => [
      nameOf(name),
      `${won ? 'WON' : 'lost'}: ${evidence}`,
    ]),
    ...Object.entries(doesNotApply).map(([name, why]) => [nameOf(name), `not played: ${why}`]),
    ['control', control],
  ];
  const names = Math.max(...rows.map(([name = '']) => name.length));
  return rows.flatMap((row) => columns(row, [names, Math.max(20, width - names - 2)]));
}

function showDifference({ difference }: AnyAttack, screen: Screen): string[] {
  const show = (excerpt: Excerpt, sign: string, style: Style) => {
    const { file, line, text } = quote(excerpt);
    const code = text.flatMap((each) => columns([`${sign} ${each}`], [screen.width]));
    return [`${file}:${line}`, ...code.map((each) => styled(screen, style, each))];
  };
  return [
    ...show(difference.fault, '-', 'red'),
    ...difference.fix.flatMap((each) => show(each, '+', 'green')),
  ];
}

function showCells(report: Report, screen: Screen): string[] {
  const { vulnerable, fixed } = report;
  return [
    vulnerable.won ? styled(screen, 'red', 'won') : styled(screen, 'yellow', 'LOST'),
    ...exampleNames.map((name) => showCell(fixed[name], screen)),
    controlPassed(report) ? styled(screen, 'green', 'passed') : styled(screen, 'red', 'FAILED'),
  ];
}

function showCell(played: Played | undefined, screen: Screen): string {
  if (!played) return styled(screen, 'dim', '–');
  return played.won ? styled(screen, 'red', 'WON') : styled(screen, 'green', 'lost');
}

const nameOf = (name: string) => (exampleNames.includes(name) ? `examples/${name}` : name);

/** What was repeated without a difference stands there once, with how often. */
function sayExchanges(exchanges: readonly Exchange[]): string[] {
  const said: { text: string; times: number }[] = [];
  for (const text of exchanges.map(sayExchange)) {
    const last = said.at(-1);
    if (last?.text === text) last.times += 1;
    else said.push({ text, times: 1 });
  }
  return said.map(({ text, times }) => (times === 1 ? text : `${text} (${times} times)`));
}

/** What matters of a long cookie is that it changes, and its attributes. */
function sayExchange({ who, request, status, setCookies }: Exchange): string {
  const cookies = setCookies.map((line) =>
    `\n  Set-Cookie: ${line}`.replace(/=([^;]{12})[^;]{8,}/, '=$1…'),
  );
  return `${who}: ${request} → ${status}${cookies.join('')}`;
}

function verdict({ won, evidence }: Played, screen: Screen): string {
  const who = won
    ? styled(screen, 'red', 'THE ATTACKER WINS')
    : styled(screen, 'green', 'the attacker loses');
  return `${who}: ${evidence}`;
}

function styled({ isColoured }: Screen, style: Style, text: string): string {
  return isColoured ? styleText(style, text, { validateStream: false }) : text;
}
