import { isProfileOf, type Outcome, type Surface } from '../../src/attack/attack.ts';
import { ADA } from '../../src/browser.ts';

/** The attacker has a copy of the store, and the cookie secret, which was in the same backup. */
export async function attack(surface: Surface<'records' | 'signed'>): Promise<Outcome> {
  const { person, records, signed } = surface;
  await person('victim').logIn(ADA);
  const dump = await records.dump();

  const attacker = person('attacker');
  const ids = new Set(dump.flatMap(({ key, value }) => wordsIn(`${key} ${value}`)));
  for (const id of ids) {
    if (isProfileOf(await attacker.replay(signed(id)), ADA)) {
      return { won: true, evidence: 'a key in the dump is an id, and opens the session' };
    }
  }
  const evidence = `${ids.size} values from ${dump.length} records tried as an id: none is one`;
  return { won: false, evidence };
}

/** Whatever could be an id. */
const wordsIn = (text: string) => text.match(/[\w-]{20,}/g) ?? [];
