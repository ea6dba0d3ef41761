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
      lines.push(`  ${fixed.name}: ${showCell(report, fixed.name, screen)}`);
    }
  }
  const meaning = reports[0]?.attack.words.legend ?? '';
  const legend =
    `${meaning} control: whether an honest user gets through. –: not played there; ` +
    'with its name, each says why, and is shown.';
  return [...lines, '', ...columns([legend], [screen.width])].join('\n');
}

function showExchanges({ attack, vulnerable, fixed }: Report, screen: Screen): string[] {
  const verdict = (played: Played) => showVerdict(attack, played, screen);
  const [other] = Object.entries(fixed);
  const left = { title: 'the server with the fault', played: vulnerable };
  const right = other && { title: nameOf(other[0]), played: other[1] };
  if (!right || screen.width < NARROW) {
    return [left, ...(right ? [right] : [])].flatMap(({ title, played }) => [
      styled(screen, 'bold', title),
      ...[...sayExchanges(played.exchanges), verdict(played)].flatMap((text) =>
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
    ...beside([left, right].map(({ played }) => verdict(played))),
  ];
}

function showVerdicts(report: Report, { width }: Screen): string[] {
  const { attack, vulnerable, fixed, doesNotApply } = report;
  const { won: wins, lost: loses } = attack.words;
  const control = failedControl(report)?.evidence ?? `${vulnerable.control.evidence}, on all`;
  const rows = [
    ...Object.entries(fixed).map(([name, { won, evidence }]) => [
      nameOf(name),
      `${won ? wins[1].toUpperCase() : loses[1]}: ${evidence}`,
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
  const { attack, vulnerable } = report;
  const { won, lost } = attack.words;
  return [
    vulnerable.won
      ? styled(screen, 'red', won[1])
      : styled(screen, 'yellow', lost[1].toUpperCase()),
    ...exampleNames.map((name) => showCell(report, name, screen)),
    controlPassed(report) ? styled(screen, 'green', 'passed') : styled(screen, 'red', 'FAILED'),
  ];
}

function showCell({ attack, fixed }: Report, name: string, screen: Screen): string {
  const played = fixed[name];
  if (!played) return styled(screen, 'dim', '–');
  const { won, lost } = attack.words;
  return played.won
    ? styled(screen, 'red', won[1].toUpperCase())
    : styled(screen, 'green', lost[1]);
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

function showVerdict({ words }: AnyAttack, { won, evidence }: Played, screen: Screen): string {
  const said = won ? styled(screen, 'red', words.won[0]) : styled(screen, 'green', words.lost[0]);
  return `${said}: ${evidence}`;
}

function styled({ isColoured }: Screen, style: Style, text: string): string {
  return isColoured ? styleText(style, text, { validateStream: false }) : text;
}
