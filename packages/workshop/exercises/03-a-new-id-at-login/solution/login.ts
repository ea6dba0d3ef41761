import { promisify } from 'node:util';
import type { Request } from 'express';
import type { User } from './users.ts';

/** The password was right: from now on, this session is the user's. */
export async function logIn(req: Request, user: User, now: number): Promise<void> {
  const { userId = user.id, cart } = req.session;
  // A new id, which nobody can have planted; the record of the old one is destroyed.
  await promisify<void>((done) => req.session.regenerate(done))();
  req.session.userId = user.id;
  req.session.loggedInAt = now;
  // By name, and never another user's: everything else of the old session is left behind.
  if (cart && userId === user.id) req.session.cart = cart;
  // Before the answer: the browser's next request may reach another instance.
  await promisify<void>((done) => req.session.save(done))();
}
