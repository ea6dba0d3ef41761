import { isProfileOf, type Outcome, type Surface } from '../../src/attack/attack.ts';
import { ADA } from '../../src/browser.ts';

export async function attack({ person }: Surface): Promise<Outcome> {
  const attacker = person('attacker');
  await attacker.post('/cart', { item: 'bait' });
  const planted = await attacker.cookieHeader();

  const victim = person('victim');
  await victim.plant(planted); // a moment at their keyboard, or script on a sibling host
  await victim.get('/cart');
  await victim.logIn(ADA);

  const won = isProfileOf(await attacker.replay(planted), ADA);
  const evidence = won
    ? `the cookie that the attacker planted shows the profile of ${ADA.email}`
    : 'after the login, the cookie that the attacker planted opens nothing';
  return { won, evidence };
}
