import { isProfileOf, type Outcome, type Surface } from '../../src/attack/attack.ts';
import { ADA } from '../../src/browser.ts';

/** The victim notices that somebody has their password, and changes it. */
export async function attack({ person }: Surface): Promise<Outcome> {
  const thief = person('thief');
  await thief.logIn(ADA);
  const victim = person('victim');
  await victim.logIn(ADA);
  const copied = await victim.cookieHeader(); // the thief may have this one as well
  await victim.post('/password', { newPassword: 'analytical engine' });

  const [own, stolen] = [await thief.get('/profile'), await thief.replay(copied)];
  const won = isProfileOf(own, ADA) || isProfileOf(stolen, ADA);
  const evidence = won
    ? 'after the change of the password, the session of the thief goes on'
    : 'the change of the password has ended the other sessions, and the id of this one';
  return { won, evidence };
}
