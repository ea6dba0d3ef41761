import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler } from 'express';

/** Lets a request through that was made on purpose by the session's owner. */
export const checkCsrf: RequestHandler = (req, res, next) => {
  const isSafe = req.method === 'GET' || req.method === 'HEAD';
  if (isSafe || (!isFromElsewhere(req) && hasToken(req))) return next();
  res.status(403).json({ detail: 'This request did not come from our pages: load them again.' });
};

/** What the shop's own pages send along with each request that changes something. */
export function csrfTokenOf(req: Request): string | undefined {
  if (!req.session.userId) return undefined; // nobody is logged in: there is nothing to abuse
  // Only the session's own pages can read it, and no other session's fits: nobody can bring one
  // along. It dies with the session, and does not give the id away.
  return hash(`csrf ${req.sessionID}`).toString('base64url');
}

/** Against forged logins, where there is no session yet; a sibling host is "elsewhere" too. */
function isFromElsewhere(req: Request): boolean {
  const site = req.get('sec-fetch-site'); // set by the browser, no page can change it
  if (site) return site !== 'same-origin' && site !== 'none';
  const origin = req.get('origin');
  return origin !== undefined && origin !== `${req.protocol}://${req.get('host')}`;
}

/** Whoever does not tell where it comes from needs one all the same. */
function hasToken(req: Request): boolean {
  const token = csrfTokenOf(req);
  if (token === undefined) return true;
  const given = req.get('x-csrf-token') ?? req.body?._csrf;
  return typeof given === 'string' && timingSafeEqual(hash(given), hash(token));
}

const hash = (text: string) => createHash('sha256').update(text).digest();
