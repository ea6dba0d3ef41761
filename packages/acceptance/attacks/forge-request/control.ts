import { type Passage, passage, type Surface } from '../../src/attack/attack.ts';
import { ADA } from '../../src/browser.ts';

export async function control({ person }: Surface): Promise<Passage> {
  const user = person('user');
  await user.logIn(ADA);
  await user.post('/cart', { item: 'apple' });
  const form = await user.submit('/cart', { item: 'pear' });
  const { items } = (await user.get('/cart')).json;
  return passage([
    ['fill their cart, by script and by form', form.status < 400 && items?.join() === 'apple,pear'],
  ]);
}
