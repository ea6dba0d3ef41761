import type { Outcome, Surface } from '../../src/attack/attack.ts';
import { ADA } from '../../src/browser.ts';

/** Passwords from a list, the right one last; with a new browser for each guess. */
const guesses = [
  ...Array.from({ length: 15 }, (_, year) => `lovelace-${1800 + year}`),
  ADA.password,
];

export async function attack({ person }: Surface): Promise<Outcome> {
  for (const [index, password] of guesses.entries()) {
    const { status } = await person('attacker, new browser').logIn({ ...ADA, password });
    if (status === 200) {
      return { won: true, evidence: `guess ${index + 1} was right, and nothing slowed it down` };
    }
    if (status === 429 && index < guesses.length - 1) {
      const right = await person('attacker, new browser').logIn(ADA);
      const won = right.status === 200;
      const evidence = won
        ? 'guesses are slowed down, but the right one gets through'
        : `after ${index} guesses even the right password is refused for a while`;
      return { won, evidence };
    }
  }
  return { won: false, evidence: 'no guess was accepted' };
}
