import { type Passage, passage, type Surface } from '../../src/attack/attack.ts';
import { ADA } from '../../src/browser.ts';

export async function control({ person }: Surface): Promise<Passage> {
  const user = person('user');
  await user.logIn(ADA);
  const cookie = `theme=dark; ${await user.cookieHeader()}; lang=en`;
  const among = await user.get('/profile', { headers: { cookie } });
  await user.post('/cart', { item: 'apple' });
  const { items } = (await user.get('/cart')).json;
  return passage([
    ['have other cookies beside the one of the session', among.status === 200],
    ['fill their own cart', items?.join() === 'apple'],
  ]);
}
