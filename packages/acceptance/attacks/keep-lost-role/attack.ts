import type { Outcome, Surface } from '../../src/attack/attack.ts';
import { GRACE } from '../../src/browser.ts';

/** An admin is dismissed, and has a session that is still open. */
export async function attack({ person, accounts }: Surface<'accounts'>): Promise<Outcome> {
  const dismissed = person('dismissed admin');
  await dismissed.logIn(GRACE);
  accounts.setRoles('user-2', ['member']);

  const { status } = await dismissed.send('DELETE', '/users/user-1/sessions');
  const won = status < 400;
  const evidence = won
    ? "a member throws other users out: the session has kept the admin's role"
    : `a role that was taken away counts no more, on the next request (${status})`;
  return { won, evidence };
}
