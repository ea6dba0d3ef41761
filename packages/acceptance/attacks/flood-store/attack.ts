import type { Outcome, Surface } from '../../src/attack/attack.ts';

const BOTS = 50;

/** Bots keep no cookies: each request is a new visitor. */
export async function attack({ person }: Surface): Promise<Outcome> {
  let sessions = 0;
  for (let count = 0; count < BOTS; count++) {
    const path = ['/', '/cart', '/profile', '/no-such-page'][count % 4] ?? '/';
    const { setCookies } = await person('bot, without cookies').get(path);
    if (setCookies.length > 0) sessions += 1;
  }
  const evidence = `${BOTS} requests of bots have made ${sessions} sessions`;
  return { won: sessions > 0, evidence };
}
