import { isProfileOf, type Outcome, type Surface } from '../../src/attack/attack.ts';
import { ADA } from '../../src/browser.ts';

export async function attack({ person, readOnly }: Surface<'readOnly'>): Promise<Outcome> {
  const victim = person('victim');
  await victim.logIn(ADA);
  const stolen = await victim.cookieHeader();

  await readOnly.begin(); // a disk is full, a replica is lost
  const { status } = await victim.post('/logout').finally(() => readOnly.end());
  const isStillIn = isProfileOf(await person('thief').replay(stolen), ADA);
  const won = status < 400 && isStillIn;
  const evidence = won
    ? `the victim was told "logged out" (${status}), and the stolen cookie still works`
    : `the victim was told ${status}: not logged out, try again`;
  return { won, evidence };
}
