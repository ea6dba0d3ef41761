import type { Outcome, Surface } from '../../src/attack/attack.ts';
import { ADA, type Answer } from '../../src/browser.ts';

/** A computer that several people use: the next one presses Back. */
export async function attack({ person }: Surface): Promise<Outcome> {
  const victim = person('victim');
  await victim.logIn(ADA);
  const history = new Map<string, Answer>();
  const profile = await victim.get('/profile');
  if (mayKeep(profile)) history.set('/profile', profile);

  const logout = await victim.post('/logout');
  if (logout.headers['clear-site-data']?.includes('"cache"')) history.clear();

  const shown = history.get('/profile')?.text ?? '';
  const won = shown.includes(ADA.email);
  const evidence = won
    ? `the Back button shows ${ADA.email}, who has logged out, out of the browser's cache`
    : 'nothing is in the cache: the Back button asks the server, which knows nobody';
  return { won, evidence };
}

/** A cache may keep what nobody forbids it to (RFC 9111 3); going back needs no freshness (6). */
const mayKeep = ({ status, headers }: Answer) =>
  status === 200 && !/no-store/.test(headers['cache-control'] ?? '');
