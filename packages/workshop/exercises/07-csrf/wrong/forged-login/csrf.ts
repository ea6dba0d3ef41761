import { randomBytes } from 'node:crypto';
import type { Request, RequestHandler } from 'express';

declare module 'express-session' {
  interface SessionData {
    csrfToken: string;
  }
}

/** Lets a request through that was made on purpose by the session's owner. */
export const checkCsrf: RequestHandler = (req, res, next) => {
  const given = req.get('x-csrf-token') ?? req.body?._csrf;
  if (req.method === 'GET' || given === req.session.csrfToken) return next();
  res.status(403).json({ detail: 'The token is missing, or that of another session.' });
};

/** What the shop's own pages send along with each request that changes something. */
export function csrfTokenOf({ session }: Request): string | undefined {
  if (!session.userId && !session.cart) return undefined;
  session.csrfToken ??= randomBytes(32).toString('base64url');
  return session.csrfToken;
}
