import { styleText } from 'node:util';
import type { Exchange } from './attack.ts';
import { columns } from './columns.ts';
import { type QuotedLines, quote } from './excerpt.ts';
import type { Played } from './play.ts';
import { controlPassed, exampleNames, type Report } from './report.ts';

/** Where the output goes. */
export interface Screen {
  width: number;
  /** Only a terminal gets colours: in a file or a pager they would be noise. */
  isColoured: boolean;
}

type Style = Parameters<typeof styleText>[0];

const styled = (screen: Screen, style: Style, text: string) =>
  screen.isColoured ? styleText(style, text, { validateStream: false }) : text;

/** One attack: what was sent and answered, side by side, and the lines that decided. */
export function showPlay(report: Report, screen: Screen): string {
  const { attack, vulnerable, fixed, doesNotApply } = report;
  const half = Math.max(30, Math.floor((screen.width - 3) / 2));
  const say = (style: Style, text: string) => styled(screen, style, text);
  const beside = (left: string, right: string) => columns([left, right], [half, half], ' │ ');
  const [shown] = Object.entries(fixed);

  const lines = [say('bold', attack.id), ...columns([`${attack.title}.`], [screen.width]), ''];
  if (shown) {
    const [name, played] = shown;
    lines.push(
      ...beside(say('bold', 'the server with the fault'), say('bold', nameOf(name))),
      '─'.repeat(half * 2 + 3),
      ...besideEachOther(vulnerable.exchanges, played.exchanges).flatMap(([left, right]) =>
        beside(left, right),
      ),
      '─'.repeat(half * 2 + 3),
      ...beside(verdict(vulnerable, say), verdict(played, say)),
    );
  } else {
    lines.push(...sayExchanges(vulnerable.exchanges), verdict(vulnerable, say));
  }

  lines.push('', say('bold', 'Everywhere'));
  const names = [...Object.keys(fixed), ...Object.keys(doesNotApply)].map(nameOf);
  const width = Math.max(...names.map((name) => name.length));
  const row = (name: string, text: string) =>
    columns([name, text], [width, Math.max(20, screen.width - width - 2)]);
  for (const [name, each] of Object.entries(fixed)) {
    lines.push(...row(nameOf(name), `${each.won ? 'WON' : 'lost'}: ${each.evidence}`));
  }
  for (const [name, why] of Object.entries(doesNotApply)) {
    lines.push(...row(nameOf(name), `not played: ${why}`));
  }
  const control = controlPassed(report)
    ? vulnerable.control.evidence
    : [vulnerable, ...Object.values(fixed)].find(({ control }) => !control.passed)?.control
        .evidence;
  lines.push(...row('control', `${control}, on each of them`.replace(/^(.*cannot.*),.*/, '$1')));

  lines.push('', say('bold', 'The lines that make the difference'));
  lines.push(...sayLines(quote(attack.difference.fault), '-', 'red', say));
  for (const fix of attack.difference.fix) lines.push(...sayLines(quote(fix), '+', 'green', say));
  return lines.join('\n');
}

/** All attacks, a line each. */
export function showTable(reports: readonly Report[], screen: Screen): string {
  const say = (style: Style, text: string) => styled(screen, style, text);
  const heads = ['faulty', ...exampleNames, 'control'];
  const idWidth = Math.max(...reports.map(({ attack }) => attack.id.length));
  const widths = [idWidth, ...heads.map((head) => Math.max(head.length, 6))];
  const cells = (report: Report) => [
    report.vulnerable.won ? say('red', 'won') : say('yellow', 'LOST'),
    ...exampleNames.map((name) => {
      const played = report.fixed[name];
      if (!played) return say('dim', '–');
      return played.won ? say('red', 'WON') : say('green', 'lost');
    }),
    controlPassed(report) ? say('green', 'passed') : say('red', 'FAILED'),
  ];
  const lines = columns(
    ['', ...heads].map((head) => say('bold', head)),
    widths,
  );
  for (const report of reports)
    lines.push(...columns([report.attack.id, ...cells(report)], widths));
  lines.push(
    '',
    ...columns(
      [
        'won, lost: by the attacker. control: an honest user gets through. ' +
          '–: not played there; npm run attack <id> says why, and shows the attack.',
      ],
      [screen.width],
    ),
  );
  return lines.join('\n');
}

const nameOf = (name: string) => (exampleNames.includes(name) ? `examples/${name}` : name);

function besideEachOther(
  left: readonly Exchange[],
  right: readonly Exchange[],
): [left: string, right: string][] {
  const [lefts, rights] = [sayExchanges(left), sayExchanges(right)];
  return Array.from({ length: Math.max(lefts.length, rights.length) }, (_, index) => [
    lefts[index] ?? '',
    rights[index] ?? '',
  ]);
}

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

type Say = (style: Style, text: string) => string;

function verdict({ won, evidence }: Played, say: Say): string {
  const who = won ? say('red', 'THE ATTACKER WINS') : say('green', 'the attacker loses');
  return `${who}: ${evidence}`;
}

function sayLines({ file, line, text }: QuotedLines, sign: string, style: Style, say: Say) {
  return [`${file}:${line}`, ...text.map((each) => say(style, `${sign} ${each}`))];
}
