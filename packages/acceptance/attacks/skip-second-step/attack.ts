import { isProfileOf, type Outcome, type Surface } from '../../src/attack/attack.ts';
import { ADA } from '../../src/browser.ts';

/** The attacker has the password, and not the telephone that shows the code. */
export async function attack({ person }: Surface): Promise<Outcome> {
  const attacker = person('attacker');
  await attacker.logIn(ADA);
  const profile = await attacker.get('/profile');
  const won = isProfileOf(profile, ADA);
  const evidence = won
    ? 'the password alone shows the profile: nobody asked for the second step'
    : `half-way through the login is not logged in (${profile.status})`;
  return { won, evidence };
}
