import { isProfileOf } from '../../src/attack/attack.ts';
import { ADA } from '../../src/browser.ts';
import { SECRET } from '../../src/target.ts';
import type { Exhibit } from '../exhibit.ts';

export const visit: Exhibit['visit'] = async (open) => {
  const outOfTheBox = await open().catch((error: Error) => error);
  const refused = outOfTheBox instanceof Error ? outOfTheBox.message : undefined;
  const env = refused === undefined ? {} : { SESSION_SECRET: SECRET };

  const visitor = (await open(env)).person('visitor');
  await visitor.logIn(ADA);
  const cookie = await visitor.cookieHeader();
  const afterRestart = (await open(env)).person('visitor');
  const won = !isProfileOf(await afterRestart.replay(cookie), ADA);
  const evidence = won
    ? 'the session is in Redis, and yet a restart logs everybody out: nobody can verify the cookie'
    : `a restart is not noticed; without a secret it says "${refused?.split(':')[0]}"`;
  return { won, evidence };
};
