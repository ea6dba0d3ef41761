import { type Passage, passage, type Surface } from '../../src/attack/attack.ts';
import { ADA, GRACE } from '../../src/browser.ts';

export async function control({ person }: Surface): Promise<Passage> {
  const user = person('user');
  await user.logIn({ ...ADA, password: 'lovelace-1816' });
  await user.logIn({ ...ADA, password: 'lovelace 1815' });
  const third = await user.logIn(ADA);
  const other = await person('somebody else').logIn(GRACE);
  return passage([
    ['mistype twice and then log in', third.status === 200],
    ['log in while others mistype', other.status === 200],
  ]);
}
