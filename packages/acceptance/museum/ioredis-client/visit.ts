import { isProfileOf } from '../../src/attack/attack.ts';
import { ADA } from '../../src/browser.ts';
import type { Exhibit } from '../exhibit.ts';

export const visit: Exhibit['visit'] = async (open) => {
  const visitor = (await open()).person('visitor');
  const login = await visitor.logIn(ADA);
  const profile = await visitor.get('/profile');
  const won = !isProfileOf(profile, ADA);
  const [, reason = 'nothing is said'] = /(ERR [\w ]+)/.exec(login.text + profile.text) ?? [];
  const evidence = won
    ? `the login is answered ${login.status}, and nobody is logged in: ${reason}`
    : 'the login is answered 200, and the profile is there';
  return { won, evidence };
};
