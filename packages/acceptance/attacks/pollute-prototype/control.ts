import { isProfileOf, type Passage, passage, type Surface } from '../../src/attack/attack.ts';
import { ADA, GRACE } from '../../src/browser.ts';

export async function control({ person }: Surface): Promise<Passage> {
  const [ada, grace] = [person('Ada'), person('Grace')];
  await ada.logIn(ADA);
  await grace.logIn(GRACE);
  const cart = await ada.post('/cart', { item: 'a book on prototypes' });
  const profile = await ada.get('/profile');
  return passage([
    ['fill their cart', cart.json.items?.join() === 'a book on prototypes'],
    ['stay a member', isProfileOf(profile, ADA) && profile.json.user?.roles.join() === 'member'],
    ['be somebody else', isProfileOf(await grace.get('/profile'), GRACE)],
  ]);
}
