import type { SessionOptions } from 'express-session';

/** The session cookie: its name and its attributes. */
export function cookieOf(production: boolean): Pick<SessionOptions, 'name' | 'cookie'> {
  return {
    name: 'sid',
    cookie: { httpOnly: true, secure: production, sameSite: 'lax', path: '/' },
  };
}
