import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { attacks } from '../attacks/index.ts';
import type { Played } from '../src/attack/play.ts';
import {
  asExpected,
  controlPassed,
  exampleNames,
  type Report,
  toJson,
} from '../src/attack/report.ts';
import { showPlay, showTable } from '../src/attack/show.ts';

const setCookies = [`sid=${'x'.repeat(90)}; Path=/; HttpOnly; SameSite=Lax`];
const played = (won: boolean, passed = true): Played => ({
  won,
  evidence: won ? 'it is open' : 'it is shut',
  control: { passed, evidence: passed ? 'an honest user can log in' : 'an honest user cannot' },
  exchanges: [
    { who: 'victim', request: 'POST /login', status: 200, setCookies },
    ...Array.from({ length: 3 }, () => ({
      who: 'thief',
      request: 'GET /profile',
      status: won ? 200 : 401,
      setCookies: [],
    })),
  ],
});
const [first, ...others] = exampleNames;
const reports: Report[] = attacks.map((attack) => ({
  attack,
  vulnerable: played(true),
  fixed: Object.fromEntries(others.map((name) => [name, played(false)])),
  doesNotApply: { [first ?? '']: 'it cannot be tried there' },
}));

describe.each([40, 71, 72, 100, 160])('on a screen of %i columns', (width) => {
  const screen = { width, isColoured: false };

  it('no line of an attack or of the table is wider', () => {
    const shown = [showTable(reports, screen), ...reports.map((each) => showPlay(each, screen))];
    for (const line of shown.join('\n').split('\n')) {
      const isLocation = /^[\w/.-]+:\d+$/.test(line); // to be clicked or copied in one piece
      if (!isLocation) expect(stringWidth(line), line).toBeLessThanOrEqual(width);
    }
  });
});

it('a file or a pipe gets no colours, a terminal does', () => {
  const [report] = reports;
  if (!report) throw new Error('there are no attacks');
  const plain = { width: 100, isColoured: false };
  const coloured = { width: 100, isColoured: true };
  const esc = String.fromCharCode(27);
  expect(showPlay(report, plain) + showTable(reports, plain)).not.toContain(esc);
  expect(showPlay(report, coloured)).toContain(esc);
  expect(showTable(reports, coloured)).toContain(esc);
});

it('what was not played is printed as that, and not counted as a defeat', () => {
  const [report] = reports;
  if (!report) throw new Error('there are no attacks');
  const screen = { width: 100, isColoured: false };
  expect(showPlay(report, screen)).toContain('not played: it cannot be tried there');
  expect(showTable([report], screen)).toMatch(/won +– +lost/);
  expect(toJson(report).fixed).not.toHaveProperty(first ?? '');
  expect(toJson(report).doesNotApply).toHaveProperty(first ?? '');
});

it('a won attack on an example, a lost one elsewhere and a failed control are failures', () => {
  const [good] = reports;
  if (!good) throw new Error('there are no attacks');
  expect(asExpected(good)).toBe(true);
  expect(asExpected({ ...good, vulnerable: played(false) })).toBe(false);
  expect(asExpected({ ...good, fixed: { redis: played(true) } })).toBe(false);
  const failed = { ...good, fixed: { redis: played(false, false) } };
  expect([asExpected(failed), controlPassed(failed)]).toEqual([false, false]);
  expect(showTable([failed], { width: 100, isColoured: false })).toContain('FAILED');
});
