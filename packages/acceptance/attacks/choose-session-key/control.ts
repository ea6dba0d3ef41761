import { type Passage, passage, type Surface } from '../../src/attack/attack.ts';
import { ADA } from '../../src/browser.ts';

export async function control({ person }: Surface): Promise<Passage> {
  const user = person('user');
  await user.logIn(ADA);
  for (const item of ['cookie', 'touch', '__proto__']) await user.post('/cart', { item });
  const { items } = (await user.get('/cart')).json;
  return passage([
    ['put in what they like as a value', items?.join() === 'cookie,touch,__proto__'],
  ]);
}
