import { isProfileOf, type Passage, passage, type Surface } from '../../src/attack/attack.ts';
import { ADA } from '../../src/browser.ts';

export async function control({ person }: Surface): Promise<Passage> {
  const user = person('user');
  const login = await user.logIn(ADA);
  const first = await user.get('/profile');
  const second = await user.get('/profile');
  return passage([
    ['log in at the public address', login.status === 200],
    ['stay logged in', isProfileOf(first, ADA) && isProfileOf(second, ADA)],
  ]);
}
