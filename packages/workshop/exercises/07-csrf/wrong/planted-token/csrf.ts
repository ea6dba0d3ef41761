import { randomBytes } from 'node:crypto';
import type { Request, RequestHandler } from 'express';

/** Lets a request through that was made on purpose by the session's owner. */
export const checkCsrf: RequestHandler = (req, res, next) => {
  const [, cookie] = /(?:^|; )csrf=([^;]+)/.exec(req.get('cookie') ?? '') ?? [];
  res.locals['csrfToken'] = cookie ?? randomBytes(32).toString('base64url');
  if (!cookie) res.cookie('csrf', res.locals['csrfToken'], { sameSite: 'lax' });

  const site = req.get('sec-fetch-site');
  const isForeign = site !== undefined && site !== 'same-origin' && site !== 'none';
  const given = req.get('x-csrf-token') ?? req.body?._csrf;
  const isChange = req.method !== 'GET' && req.method !== 'HEAD';
  if (isChange && (isForeign || (req.session.userId && given !== cookie))) {
    return void res.status(403).json({ detail: 'The token does not match.' });
  }
  next();
};

/** What the shop's own pages send along with each request that changes something. */
export function csrfTokenOf(req: Request): string | undefined {
  return req.res?.locals['csrfToken'];
}
