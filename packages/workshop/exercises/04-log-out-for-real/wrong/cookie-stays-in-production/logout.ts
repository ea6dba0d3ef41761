import { promisify } from 'node:util';
import type { Request, Response } from 'express';

/** Ends the session of this request. */
export async function logOut(req: Request, res: Response): Promise<void> {
  await promisify<void>((done) => req.session.destroy(done))();
  res.clearCookie('sid').clearCookie('__Host-sid');
}
