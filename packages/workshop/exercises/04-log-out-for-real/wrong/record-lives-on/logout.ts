import type { Request, Response } from 'express';
import { cookieOf } from './cookie.ts';

/** Ends the session of this request. */
export async function logOut(req: Request, res: Response): Promise<void> {
  delete req.session.userId;
  const { name, cookie } = cookieOf(req.app.get('env') === 'production');
  res.clearCookie(name, cookie);
}
