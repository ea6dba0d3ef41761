import { isProfileOf } from '../../src/attack/attack.ts';
import { ADA } from '../../src/browser.ts';
import { SECRET } from '../../src/target.ts';
import type { Exhibit } from '../exhibit.ts';

export const visit: Exhibit['visit'] = async (open) => {
  const inUtc = await open({ SESSION_SECRET: SECRET, TIME_ZONE: 'UTC' });
  const inTokyo = await open({ SESSION_SECRET: SECRET, TIME_ZONE: 'Asia/Tokyo' });
  // An hour from now is eight hours ago, by the clock on a wall in Tokyo.
  const visitor = inUtc.person('visitor');
  await visitor.logIn(ADA);
  const cookie = await visitor.cookieHeader();
  const here = isProfileOf(await visitor.get('/profile'), ADA);
  const there = isProfileOf(await inTokyo.person('visitor').replay(cookie), ADA);
  const won = here && !there;
  const evidence = won
    ? 'a fresh session is alive for a connection in UTC, and over for one in Tokyo'
    : `the session is ${here && there ? 'alive for both' : 'over for both'}`;
  return { won, evidence };
};
