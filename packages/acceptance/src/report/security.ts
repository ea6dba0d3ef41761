// docs/security.md: each requirement, and the tests that hold it on each example. Written out of a
// test run, so that it says nothing that was not seen.
import { basename } from 'node:path';
import type { Cell, Coverage } from './coverage.ts';
import { markdownTable, readDocument } from './documents.ts';
import type { Locate, Place } from './locate.ts';
import { requirements } from './requirements.ts';

export const SECURITY_FILE = 'docs/security.md';

const HEAD = `# What holds, and the tests that say so

Written by \`npm test\`, which fails when it differs: each row is a requirement, each cell the tests
that have passed for it on that example. *must*: on every example; *should*: on every example that
does not say why not; *advanced*: on one at least. ASVS is OWASP's Application Security Verification
Standard 5.0, WSTG its Testing Guide, CS one of its Cheat Sheets.

None of this makes an application secure. It names attacks that fail here; what is not in the table
was not tried.

`;

/** The document, out of what a run has shown. */
export function securityDocument({ examples, rows }: Coverage, locate: Locate): string {
  const head = ['#', 'requirement', 'level', 'source', ...examples];
  const lines = requirements.map((requirement) => {
    const cells = rows.find(({ number }) => number === requirement.number)?.cells ?? {};
    return [
      String(requirement.number),
      requirement.text,
      requirement.level,
      requirement.sources,
      ...examples.map((example) => sayCell(cells[example], locate)),
    ];
  });
  return HEAD + markdownTable([head, ...lines]) + excuses();
}

/** One sentence for each test that a row counts and nobody would find. */
export function lostTests({ rows }: Coverage, locate: Locate): string[] {
  const tests = rows
    .flatMap(({ cells }) => Object.values(cells))
    .flatMap((cell) => (cell.state === 'tested' ? cell.tests : []));
  const lost = tests.filter((test) => !locate(test));
  return [...new Set(lost.map(({ title, folder }) => `"${title}" was not found in ${folder}`))];
}

/** @returns one sentence when the file is not what this run has shown. */
export function compareSecurityFile(document: string): string | undefined {
  if (readDocument(SECURITY_FILE) === document) return undefined;
  return `${SECURITY_FILE} is not what this run has shown: npm run security writes it`;
}

function sayCell(cell: Cell | undefined, locate: Locate): string {
  if (cell?.state === 'does not apply') return 'does not apply';
  if (cell?.state !== 'tested') return '';
  const places = cell.tests.flatMap((test) => locate(test) ?? []);
  const links = new Map(places.map((place) => [`${place.file}:${place.line}`, link(place)]));
  return [...links.keys()]
    .sort()
    .map((key) => links.get(key))
    .join(' ');
}

function link({ file, line }: Place): string {
  return `[${basename(file, '.ts').replace('.test', '')}:${line}](../${file}#L${line})`;
}

function excuses(): string {
  const lines = requirements.flatMap(({ number, doesNotApply }) => {
    const reasons = new Map<string, string[]>();
    for (const [example, because = ''] of Object.entries(doesNotApply)) {
      reasons.set(because, [...(reasons.get(because) ?? []), example]);
    }
    return [...reasons].map(([because, all]) => `- ${number} on ${all.join(', ')}: ${because}\n`);
  });
  return `\nWhat does not apply, and why:\n\n${lines.join('')}`;
}
