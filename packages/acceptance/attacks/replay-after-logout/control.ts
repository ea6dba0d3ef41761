import { isProfileOf, type Passage, passage, type Surface } from '../../src/attack/attack.ts';
import { ADA } from '../../src/browser.ts';

export async function control({ person }: Surface): Promise<Passage> {
  const user = person('user');
  await user.logIn(ADA);
  const profile = await user.get('/profile');
  const logout = await user.post('/logout');
  const after = await user.get('/profile');
  const again = await user.logIn(ADA);
  return passage([
    ['log in', isProfileOf(profile, ADA)],
    ['log out', logout.status === 204 && after.status === 401],
    ['log in again', again.status === 200],
  ]);
}
