import { isProfileOf, type Passage, passage, type Surface } from '../../src/attack/attack.ts';
import { ADA, GRACE } from '../../src/browser.ts';

export async function control({ person }: Surface<'records' | 'signed'>): Promise<Passage> {
  const [ada, grace] = [person('Ada'), person('Grace')];
  await ada.logIn(ADA);
  await grace.logIn(GRACE);
  return passage([
    ['find their own session again', isProfileOf(await ada.get('/profile'), ADA)],
    ['do so beside others', isProfileOf(await grace.get('/profile'), GRACE)],
  ]);
}
