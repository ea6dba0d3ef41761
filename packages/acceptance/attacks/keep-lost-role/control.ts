import { isProfileOf, type Passage, passage, type Surface } from '../../src/attack/attack.ts';
import { ADA, GRACE } from '../../src/browser.ts';

export async function control({ person }: Surface<'accounts'>): Promise<Passage> {
  const [admin, member] = [person('admin'), person('member')];
  await admin.logIn(GRACE);
  await member.logIn(ADA);
  const profile = await member.get('/profile');
  const asMember = await member.send('DELETE', '/users/user-2/sessions');
  const asAdmin = await admin.send('DELETE', '/users/user-1/sessions');
  return passage([
    ['see their profile', isProfileOf(profile, ADA)],
    [
      "end a user's sessions as an admin, and not as a member",
      asAdmin.status === 204 && asMember.status === 403,
    ],
  ]);
}
