import { isProfileOf, type Passage, passage, type Surface } from '../../src/attack/attack.ts';
import { ADA } from '../../src/browser.ts';
import { CODE } from './code.ts';

export async function control({ person }: Surface): Promise<Passage> {
  const user = person('user');
  const login = await user.logIn(ADA);
  const wrong = await user.post('/code', { code: '000000' });
  const right = await user.post('/code', { code: CODE });
  return passage([
    ['take the first step', login.status === 200],
    ['take the second one, and not with any code', wrong.status === 401 && right.status === 204],
    ['see their profile', isProfileOf(await user.get('/profile'), ADA)],
  ]);
}
