import { isProfileOf } from '../../src/attack/attack.ts';
import { ADA } from '../../src/browser.ts';
import type { Exhibit } from '../exhibit.ts';

export const visit: Exhibit['visit'] = async (open) => {
  const visitor = (await open()).person('developer, over plain http');
  const { status, setCookies } = await visitor.logIn(ADA);
  const isIn = isProfileOf(await visitor.get('/profile'), ADA);
  const won = status === 200 && setCookies.length === 0;
  const evidence = won
    ? 'the login is answered 200, without a cookie: "auto" was taken for yes'
    : `the login is answered ${status}, and the visitor is ${isIn ? '' : 'not '}logged in`;
  return { won, evidence };
};
