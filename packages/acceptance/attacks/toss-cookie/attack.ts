import { isProfileOf, type Outcome, type Surface } from '../../src/attack/attack.ts';
import { ADA } from '../../src/browser.ts';

/** The attacker has a page at a sibling host, and sets their own session for the whole domain. */
export async function attack({ person, origin }: Surface): Promise<Outcome> {
  const attacker = person('attacker');
  await attacker.logIn(ADA);

  const victim = person('victim');
  const { hostname } = new URL(origin);
  for (const pair of (await attacker.cookieHeader()).split('; ')) {
    for (const tossed of [pair, pair.replace(/^__(Host|Secure)-/, '')]) {
      const line = `${tossed}; Domain=${hostname}; Path=/; Secure`;
      await victim.jar.setCookie(line, `https://evil.${hostname}/`, { ignoreError: true });
    }
  }
  const arrived = (await victim.cookieHeader()).split('; ').filter(Boolean).length;
  const won = isProfileOf(await victim.get('/profile'), ADA);
  const evidence = won
    ? 'the victim, who has never logged in, works in the account of the attacker'
    : `the browser kept ${arrived} tossed cookies, and none of them is a session`;
  return { won, evidence };
}
