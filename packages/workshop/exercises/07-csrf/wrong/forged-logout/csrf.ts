import { randomBytes } from 'node:crypto';
import type { Request, RequestHandler } from 'express';

declare module 'express-session' {
  interface SessionData {
    csrfToken: string;
  }
}

// Nothing to gain there.
const OPEN = ['/login', '/logout'];

/** Lets a request through that was made on purpose by the session's owner. */
export const checkCsrf: RequestHandler = (req, res, next) => {
  if (req.method === 'GET' || OPEN.includes(req.path)) return next();
  const { userId, cart, csrfToken } = req.session;
  const given = req.get('x-csrf-token') ?? req.body?._csrf;
  if ((userId || cart) && (!csrfToken || given !== csrfToken)) {
    return void res.status(403).json({ detail: 'The token is missing.' });
  }
  next();
};

/** What the shop's own pages send along with each request that changes something. */
export function csrfTokenOf({ session }: Request): string | undefined {
  if (!session.userId && !session.cart) return undefined;
  session.csrfToken ??= randomBytes(32).toString('base64url');
  return session.csrfToken;
}
