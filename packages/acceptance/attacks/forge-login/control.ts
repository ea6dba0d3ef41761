import { isProfileOf, type Passage, passage, type Surface } from '../../src/attack/attack.ts';
import { ADA, GRACE } from '../../src/browser.ts';

export async function control({ person }: Surface): Promise<Passage> {
  const [byForm, byScript] = [person('user with a form'), person('user with a script')];
  await byForm.submit('/login', ADA);
  await byScript.logIn(GRACE);
  return passage([
    ['log in by form', isProfileOf(await byForm.get('/profile'), ADA)],
    ['log in by script', isProfileOf(await byScript.get('/profile'), GRACE)],
  ]);
}
