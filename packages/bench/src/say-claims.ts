import type { Claim, Finding } from './claims.ts';
import { say, table } from './words.ts';

/** What is said, and what was seen. */
export function sayClaims(claimed: readonly Claim[]): string {
  return [
    '## What is said, and what was seen\n',
    '*Stock* are the libraries as in their READMEs, *here* are the examples, all hardening on. As data:',
    '[claims.json](claims.json).\n',
    ...claimed.map((each) => `### “${each.claim}”\n\n${sayClaim(each)}`),
  ].join('\n');
}

/** Who says it, when it holds, and a table of what was seen. */
export const sayClaim = (claim: Claim) =>
  `So say ${claim.saidBy}. ${claim.holds}\n\n${claimTable(claim)}`;

function claimTable({ stock, here }: Claim): string {
  const rows = (by: string, findings: readonly Finding[]) =>
    findings.map(({ what, unit, digits, seen, instead }) => [
      by,
      what,
      seen ? `${say(seen, digits)} ${unit}` : instead,
      seen?.holds ?? '',
    ]);
  const titles = ['', 'what', 'seen', 'holds'];
  return table([titles, ...rows('stock', stock), ...rows('here', here)]);
}
