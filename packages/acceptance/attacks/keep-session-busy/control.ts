import { isProfileOf, type Passage, passage, type Surface } from '../../src/attack/attack.ts';
import { ADA } from '../../src/browser.ts';

const MINUTE = 60_000;

export async function control({ person, clock }: Surface<'clock'>): Promise<Passage> {
  const user = person('user');
  await user.logIn(ADA);
  let isIn = true;
  for (let minutes = 0; minutes < 180; minutes += 20) {
    clock.advance(20 * MINUTE);
    isIn &&= isProfileOf(await user.get('/profile'), ADA);
  }
  await user.post('/logout');
  const again = await person('user').logIn(ADA);
  return passage([
    ['work for three hours', isIn],
    ['log in again', again.status === 200],
  ]);
}
