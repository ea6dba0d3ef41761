import type { Violations } from './checker.ts';
import { FAULT_NAMES } from './faults.ts';
import type { Outcome } from './play.ts';

const TITLES: Readonly<Record<keyof Violations, string>> = {
  lostLogins: 'confirmed logins lost',
  resurrectedLogouts: 'confirmed logouts undone',
  crossUser: "answers with somebody else's data",
  audit: 'audit rows missing or doubled',
  lostWrites: 'confirmed changes lost',
};
const KINDS = Object.keys(TITLES) as (keyof Violations)[];
const SHOWN = 10;

/** Less of it in peace, and the hybrid keeps its promises by not answering. */
const LEAST_IN_PEACE = 0.95;
const LEAST = 0.6;

/** What went wrong, a sentence each: promises that were broken, and a run that has shown nothing. */
export function failures({ violations, counts }: Outcome): string[] {
  const { answered, answeredInPeace, logins, logouts } = counts;
  return [
    ...KINDS.flatMap((kind) => violations[kind]),
    ...(answeredInPeace < LEAST_IN_PEACE
      ? [`only ${percent(answeredInPeace)} of the requests in peace were answered`]
      : []),
    ...(answered < LEAST ? [`only ${percent(answered)} of all requests were answered`] : []),
    ...(logins > 0 && logouts > 0 ? [] : ['nobody logged in and out: nothing was tried']),
    ...FAULT_NAMES.filter((name) => counts.faults[name] === 0).map((name) => `never: ${name}`),
  ];
}

/** For the terminal. */
export function describe({ violations, counts }: Outcome): string {
  const { requests, logins, logouts, otherEnds, answered, answeredInPeace } = counts;
  const faults = Object.values(counts.faults);
  const each = [...new Set([Math.min(...faults), Math.max(...faults)])].join('–');
  const lines = [
    `${whole(requests)} requests; confirmed: ${whole(logins)} logins, ${whole(logouts)} logouts,`,
    `and ${whole(otherEnds)} other ends of sessions (revoked, or given another id)`,
    `${faults.reduce((sum, n) => sum + n)} faults, ${each} of each of ${faults.length} kinds`,
    `answered: ${percent(answeredInPeace)} in peace, ${percent(answered)} of all`,
    ...KINDS.map((kind) => `${String(violations[kind].length).padStart(3)} ${TITLES[kind]}`),
  ];
  return lines.map((line) => `  ${line}\n`).join('');
}

/** The first of what was found, for a person. */
export function list(sentences: readonly string[]): string {
  const more = sentences.length - SHOWN;
  const lines = sentences.slice(0, SHOWN).map((sentence) => `  ✗ ${sentence}\n`);
  return lines.join('') + (more > 0 ? `  … and ${more} more\n` : '');
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const whole = (count: number) => count.toLocaleString('en');
