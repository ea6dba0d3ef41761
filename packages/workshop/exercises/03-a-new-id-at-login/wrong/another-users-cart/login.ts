import { promisify } from 'node:util';
import type { Request } from 'express';
import type { User } from './users.ts';

/** The password was right: from now on, this session is the user's. */
export async function logIn(req: Request, user: User, now: number): Promise<void> {
  const before = { ...req.session };
  await promisify<void>((done) => req.session.regenerate(done))();
  Object.assign(req.session, before, { userId: user.id, loggedInAt: now });
}
