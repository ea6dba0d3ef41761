import { type Passage, passage, type Surface } from '../../src/attack/attack.ts';
import { ADA } from '../../src/browser.ts';

export async function control({ person }: Surface<'slowLine'>): Promise<Passage> {
  const user = person('user');
  await user.logIn(ADA);
  await user.post('/cart', { item: 'apple' });
  await user.post('/cart', { item: 'pear' });
  const cart = await user.get('/profile');
  const { json } = await user.post('/cart', { item: 'plum' });
  return passage([
    ['stay logged in', cart.status === 200],
    ['change their session again and again', json.items?.join() === 'apple,pear,plum'],
  ]);
}
