import { isProfileOf, type Outcome, type Surface } from '../../src/attack/attack.ts';
import { ADA } from '../../src/browser.ts';

const MINUTE = 60_000;
const HOURS = 24;

/** The thief asks every 20 minutes, so that the session is never idle. */
export async function attack({ person, clock }: Surface<'clock'>): Promise<Outcome> {
  const victim = person('victim');
  await victim.logIn(ADA);
  const stolen = await victim.cookieHeader();

  const thief = person('thief, every 20 minutes');
  for (let minutes = 20; minutes <= HOURS * 60; minutes += 20) {
    clock.advance(20 * MINUTE);
    if (!isProfileOf(await thief.replay(stolen), ADA)) {
      const hours = (minutes / 60).toFixed(1);
      return { won: false, evidence: `after ${hours} hours the session has ended, busy or not` };
    }
  }
  return { won: true, evidence: `after ${HOURS} hours the stolen cookie still works, and goes on` };
}
