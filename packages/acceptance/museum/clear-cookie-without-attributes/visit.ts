import { ADA } from '../../src/browser.ts';
import type { Exhibit } from '../exhibit.ts';

export const visit: Exhibit['visit'] = async (open) => {
  const visitor = (await open()).person('visitor', { proxied: true });
  await visitor.logIn(ADA);
  const { status, setCookies } = await visitor.post('/logout');
  const left = await visitor.cookieHeader();
  const won = status === 204 && left !== '';
  const evidence = won
    ? `the browser has ignored "${setCookies[0]?.split(';')[0]}", and keeps the cookie`
    : 'the cookie is gone';
  return { won, evidence };
};
