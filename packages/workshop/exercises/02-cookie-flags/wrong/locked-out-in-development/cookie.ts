import type { SessionOptions } from 'express-session';

/** The session cookie: its name and its attributes. */
export function cookieOf(_production: boolean): Pick<SessionOptions, 'name' | 'cookie'> {
  return {
    name: '__Host-sid',
    cookie: { httpOnly: true, secure: true, sameSite: 'lax', path: '/' },
  };
}
