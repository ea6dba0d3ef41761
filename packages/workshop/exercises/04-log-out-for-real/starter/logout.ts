import type { Request, Response } from 'express';

/** Ends the session of this request. */
export async function logOut(_req: Request, res: Response): Promise<void> {
  res.clearCookie('sid');
}
