import { isProfileOf, type Outcome, type Surface } from '../../src/attack/attack.ts';
import { ADA } from '../../src/browser.ts';

export async function attack(surface: Surface<'slowLine'>): Promise<Outcome> {
  const { person, slowLine } = surface;
  const victim = person('victim');
  await victim.logIn(ADA);
  const stolen = await victim.cookieHeader();

  // Another tab has sent something; its write is on the way while the victim logs out.
  const tab = person('victim, another tab', slowLine.url);
  await tab.plant(stolen);
  tab.csrfToken = victim.csrfToken;
  const held = slowLine.hold();
  const late = tab.post('/cart', { item: 'late' });
  const isHeld = await Promise.race([held.arrived.then(() => true), late.then(() => false)]);
  if (!isHeld) throw new Error('the write was not held back: there was no race');
  await victim.post('/logout');
  held.release();
  await late;

  const won = isProfileOf(await person('thief').replay(stolen), ADA);
  const evidence = won
    ? 'a request that was under way has written the session back: the stolen cookie works again'
    : 'a request that was under way has written nothing back: the session stays ended';
  return { won, evidence };
}
