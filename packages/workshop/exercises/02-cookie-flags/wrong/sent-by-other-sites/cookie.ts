import type { SessionOptions } from 'express-session';

/** The session cookie: its name and its attributes. */
export function cookieOf(production: boolean): Pick<SessionOptions, 'name' | 'cookie'> {
  return {
    name: production ? '__Host-sid' : 'sid',
    cookie: {
      httpOnly: true,
      secure: production,
      sameSite: production ? 'none' : 'lax', // needed by the front end on another domain
      path: '/',
    },
  };
}
