import { isProfileOf, type Outcome, type Surface } from '../../src/attack/attack.ts';
import { ADA, GRACE } from '../../src/browser.ts';
import { guess, words } from './guess.ts';

/** Nothing is sent while guessing: one cookie of one's own is enough. */
export async function attack({ person }: Surface): Promise<Outcome> {
  const attacker = person('attacker');
  await attacker.logIn(ADA);
  const found = guess(await attacker.cookieHeader());
  if (!found)
    return { won: false, evidence: `none of ${words.length} well-known secrets signs it` };

  const forged = found.sign(found.payload.replace(/(?<==)[\w+/-]{20,}=*/, makeAdmin));
  const won = isProfileOf(await attacker.replay(forged), GRACE);
  const evidence = won
    ? `the secret is "${found.secret}": a cookie signed with it shows the profile of ${GRACE.email}`
    : `the secret is "${found.secret}", but a cookie signed with it opens no other session`;
  return { won, evidence };
}

const makeAdmin = (encoded: string) =>
  Buffer.from(Buffer.from(encoded, 'base64').toString().replace('user-1', 'user-2')).toString(
    'base64',
  );
