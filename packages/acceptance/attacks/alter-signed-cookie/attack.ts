import { isProfileOf, type Outcome, type Surface } from '../../src/attack/attack.ts';
import { ADA, GRACE } from '../../src/browser.ts';

/** The attacker has an account, and so a cookie to alter. */
export async function attack({ person }: Surface): Promise<Outcome> {
  await person('admin').logIn(GRACE);
  const attacker = person('attacker');
  await attacker.logIn(ADA);
  const own = await attacker.cookieHeader();

  const altered = alterations(own);
  const accepted: string[] = [];
  for (const [how, cookie] of altered) {
    const profile = await attacker.replay(cookie);
    if (isProfileOf(profile, GRACE)) {
      return { won: true, evidence: `a cookie ${how} shows ${GRACE.email}` };
    }
    if (profile.status === 200) accepted.push(how);
  }
  const won = accepted.length > 0;
  const evidence = won
    ? `a cookie ${accepted[0]} is accepted`
    : `${altered.length} altered cookies open nothing`;
  return { won, evidence };
}

/** Express has both in one value, Koa has the signature in a cookie of its own, `….sig`. */
function alterations(header: string): [how: string, cookie: string][] {
  const decoded = decodeURIComponent(header);
  const unsigned = header.includes('.sig=')
    ? header.replace(/; [^;]*\.sig=.*/, '')
    : decoded.replace(/\.[^.]*$/, '');
  const previous = unsigned.replace(/\d+$/, (id) => String(Number(id) - 1));
  const flip = (text: string, at: number) =>
    text.slice(0, at) + (text.at(at) === 'A' ? 'B' : 'A') + text.slice(at + 1 || undefined);
  return [
    ['with the id before, unsigned', previous],
    ['without its signature', unsigned],
    ['with another signature', flip(header, -8)],
    ['with another id', flip(header, header.indexOf('=') + 12)],
  ];
}
