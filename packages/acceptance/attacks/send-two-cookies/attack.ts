import type { Outcome, Surface } from '../../src/attack/attack.ts';
import { ADA, GRACE } from '../../src/browser.ts';

/** The attacker plants a cookie for one path: the longer path is sent first (RFC 6265 5.4). */
export async function attack({ person, url }: Surface): Promise<Outcome> {
  const attacker = person('attacker');
  await attacker.logIn(ADA);

  const victim = person('victim');
  await victim.logIn(GRACE);
  for (const pair of (await attacker.cookieHeader()).split('; ')) {
    await victim.jar.setCookie(`${pair}; Path=/cart`, `${url}/cart`);
  }
  await victim.post('/cart', { item: 'a secret gift' });
  const { items = [] } = (await attacker.get('/cart')).json;
  const won = items.includes('a secret gift');
  const evidence = won
    ? 'what the victim put into their cart lies in the cart of the attacker'
    : 'two session cookies are none: nothing of the victim reaches the attacker';
  return { won, evidence };
}
