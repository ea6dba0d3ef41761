import { isProfileOf } from '../../src/attack/attack.ts';
import { ADA } from '../../src/browser.ts';
import type { Exhibit } from '../exhibit.ts';

export const visit: Exhibit['visit'] = async (open) => {
  const { person, store } = await open();
  const visitor = person('visitor', { proxied: true });
  const { status, setCookies } = await visitor.logIn(ADA);
  const won = status === 200 && setCookies.length === 0;
  const isIn = isProfileOf(await visitor.get('/profile'), ADA);
  const evidence = won
    ? `answered 200, without a cookie; ${store.map.size} record is left that nobody has`
    : `the login is answered ${status}, and the visitor is ${isIn ? '' : 'not '}logged in`;
  return { won, evidence };
};
