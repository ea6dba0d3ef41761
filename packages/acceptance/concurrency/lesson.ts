import type { Surface, Words } from '../src/attack/attack.ts';
import type { Person } from '../src/attack/person.ts';
import type { HeldWrite } from '../src/attack/slow-line.ts';
import { plainServer } from './plain-server.ts';

// Nobody attacks anybody: two honest requests of one user meet. Played like an attack all the same,
// on a server with the fault and on the examples, with a control.

/** What the lessons have in common. */
export const onPlainServer = {
  setting: 'development',
  fixed: 'examples',
  vulnerable: plainServer,
} as const;

export const words: Words = {
  won: ['IT GOES WRONG', 'wrong'],
  lost: ['it goes well', 'well'],
  legend: 'wrong, well: how it went.',
};

/** Why a write cannot be held back in the memory example. */
export const SAME_PROCESS =
  'no route waits between its read and its write, and both are in one process; ' +
  'its contract makes one wait, in a small app on the same store';

/** Another tab of the same browser. */
export async function tabOf(
  user: Person,
  { person }: Pick<Surface, 'person'>,
  name: string,
  url?: string,
): Promise<Person> {
  const tab = person(name, url);
  await tab.plant(await user.cookieHeader());
  tab.csrfToken = user.csrfToken;
  return tab;
}

/** @throws Error when the request was answered without a write: then there was no race. */
export async function untilHeld(held: HeldWrite, request: Promise<unknown>): Promise<void> {
  const isHeld = await Promise.race([held.arrived.then(() => true), request.then(() => false)]);
  if (!isHeld) throw new Error('the write was not held back: there was no race');
}
