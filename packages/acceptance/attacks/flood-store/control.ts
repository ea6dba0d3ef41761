import { isProfileOf, type Passage, passage, type Surface } from '../../src/attack/attack.ts';
import { ADA } from '../../src/browser.ts';

export async function control({ person }: Surface): Promise<Passage> {
  const visitor = person('visitor');
  const page = await visitor.get('/');
  await visitor.post('/cart', { item: 'apple' });
  const cart = await visitor.get('/cart');
  await visitor.logIn(ADA);
  return passage([
    ['see the page', page.status === 200],
    ['have a cart without an account', cart.json.items?.join() === 'apple'],
    ['log in', isProfileOf(await visitor.get('/profile'), ADA)],
  ]);
}
