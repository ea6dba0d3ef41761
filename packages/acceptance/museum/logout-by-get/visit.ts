import { isProfileOf } from '../../src/attack/attack.ts';
import { ADA } from '../../src/browser.ts';
import type { Exhibit } from '../exhibit.ts';

/** A picture in a forum, `<img src=".../logout">`: each browser that shows it asks for it. */
export const visit: Exhibit['visit'] = async (open) => {
  const visitor = (await open()).person('visitor');
  await visitor.logIn(ADA);
  await visitor.get('/logout');
  const won = !isProfileOf(await visitor.get('/profile'), ADA);
  const evidence = won
    ? 'whoever looked at the page with the picture has been logged out'
    : 'the picture stays blank, and the visitor logged in';
  return { won, evidence };
};
