import { promisify } from 'node:util';
import type { Request, Response } from 'express';
import { cookieOf } from './cookie.ts';

/** Ends the session of this request. */
export async function logOut(req: Request, res: Response): Promise<void> {
  // First the record, without which every copy of the cookie is worthless. When the store cannot,
  // this throws: "goodbye" for a session that lives on is the worst answer, and the cookie stays so
  // that the user can try again.
  await promisify<void>((done) => req.session.destroy(done))();
  // With the attributes that it was set with: browsers ignore a `__Host-` cookie without `Secure`.
  const { name, cookie } = cookieOf(req.app.get('env') === 'production');
  res.clearCookie(name, cookie);
}
