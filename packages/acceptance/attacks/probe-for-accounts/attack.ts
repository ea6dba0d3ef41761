import type { Outcome, Surface } from '../../src/attack/attack.ts';
import { ADA } from '../../src/browser.ts';

const ROUNDS = 5;

/** The attacker has a list of addresses, and wants to know whose are worth guessing at. */
export async function attack({ person }: Surface): Promise<Outcome> {
  const emails = { known: ADA.email, unknown: 'nobody@example.com' };
  const seen = { known: [] as Seen[], unknown: [] as Seen[] };
  for (let round = 0; round < ROUNDS; round++) {
    // In turns, so that whatever slows the machine down slows both down.
    for (const kind of ['known', 'unknown'] as const) {
      const began = performance.now();
      const login = { email: emails[kind], password: 'not the password' };
      const { status, text } = await person('attacker').logIn(login);
      seen[kind].push({ said: `${status} ${text}`, ms: performance.now() - began });
    }
  }
  const [known, unknown] = [median(seen.known), median(seen.unknown)];
  const ratio = Math.max(known, unknown) / Math.min(known, unknown);
  const isSaid = seen.known[0]?.said !== seen.unknown[0]?.said;
  const isFelt = ratio > 3;
  const words = `the words ${isSaid ? 'differ' : 'are the same'}`;
  const times = `the times ${isFelt ? `differ ${Math.round(ratio)} to 1` : 'do not tell'}`;
  return { won: isSaid || isFelt, evidence: `for an address with an account ${words}, ${times}` };
}

interface Seen {
  said: string;
  ms: number;
}

const median = (all: readonly Seen[]): number =>
  all.map(({ ms }) => ms).sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;
