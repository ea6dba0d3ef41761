import { promisify } from 'node:util';
import type { Request } from 'express';
import type { User } from './users.ts';

/** The password was right: from now on, this session is the user's. */
export async function logIn(req: Request, user: User, now: number): Promise<void> {
  req.session.userId = user.id;
  req.session.loggedInAt = now;
  await promisify<void>((done) => req.session.regenerate(done))();
}
