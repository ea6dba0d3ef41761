import { isProfileOf, type Passage, passage, type Surface } from '../../src/attack/attack.ts';
import { GRACE } from '../../src/browser.ts';

export async function control({ person }: Surface): Promise<Passage> {
  const user = person('user');
  await user.logIn(GRACE);
  const newPassword = 'nanoseconds-1906';
  const change = await user.post('/password', { newPassword });
  const profile = await user.get('/profile');
  const again = await person('user, elsewhere').logIn({ ...GRACE, password: newPassword });
  const withOld = await person('somebody').logIn(GRACE);
  return passage([
    ['change their password', change.status === 204],
    ['stay logged in where they did', isProfileOf(profile, GRACE)],
    [
      'log in with the new one, and not with the old one',
      again.status === 200 && withOld.status === 401,
    ],
  ]);
}
