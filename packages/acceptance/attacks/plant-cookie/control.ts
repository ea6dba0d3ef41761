import { isProfileOf, type Passage, passage, type Surface } from '../../src/attack/attack.ts';
import { ADA } from '../../src/browser.ts';

export async function control({ person }: Surface): Promise<Passage> {
  const user = person('user');
  await user.post('/cart', { item: 'apple' });
  const login = await user.logIn(ADA);
  const profile = await user.get('/profile');
  const cart = await user.get('/cart');
  return passage([
    ['log in', login.status === 200],
    ['see their profile', isProfileOf(profile, ADA)],
    ['keep the cart they had before', cart.json.items?.join() === 'apple'],
  ]);
}
