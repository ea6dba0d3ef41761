import { type Passage, passage, type Surface } from '../../src/attack/attack.ts';
import { ADA } from '../../src/browser.ts';

export async function control({ person }: Surface): Promise<Passage> {
  const user = person('user');
  const mistyped = await user.logIn({ ...ADA, password: 'lovelace-1816' });
  const login = await user.logIn(ADA);
  return passage([
    ['be told that something is wrong', mistyped.status === 401 && mistyped.text !== ''],
    ['log in after that', login.status === 200 && login.json.user?.email === ADA.email],
  ]);
}
