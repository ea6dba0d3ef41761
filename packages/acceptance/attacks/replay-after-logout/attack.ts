import { isProfileOf, type Outcome, type Surface } from '../../src/attack/attack.ts';
import { ADA } from '../../src/browser.ts';

export async function attack({ person }: Surface): Promise<Outcome> {
  const victim = person('victim');
  await victim.logIn(ADA);
  const stolen = await victim.cookieHeader(); // from a log, a proxy, a borrowed computer
  await victim.post('/logout');

  const thief = person('thief');
  const won = isProfileOf(await thief.replay(stolen), ADA);
  const evidence = won
    ? 'after the logout, the stolen cookie still shows the profile'
    : 'after the logout, the stolen cookie opens nothing';
  return { won, evidence };
}
