import { isProfileOf } from '../../src/attack/attack.ts';
import { ADA } from '../../src/browser.ts';
import type { Exhibit } from '../exhibit.ts';

export const visit: Exhibit['visit'] = async (open) => {
  const visitor = (await open()).person('visitor');
  const login = await visitor.logIn(ADA);
  const won = login.status === 500 && isProfileOf(await visitor.get('/profile'), ADA);
  const evidence = won
    ? `the login is answered ${login.status}, and the visitor is logged in`
    : `the login is answered ${login.status}, and nobody is logged in`;
  return { won, evidence };
};
