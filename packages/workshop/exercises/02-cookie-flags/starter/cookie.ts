import type { SessionOptions } from 'express-session';

/** The session cookie: its name and its attributes. */
export function cookieOf(_production: boolean): Pick<SessionOptions, 'name' | 'cookie'> {
  return { cookie: { httpOnly: false } };
}
