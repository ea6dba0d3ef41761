import type { SessionOptions } from 'express-session';

/** The session cookie: its name and its attributes. */
export function cookieOf(_production: boolean): Pick<SessionOptions, 'name' | 'cookie'> {
  // The pages want to know whether somebody is logged in.
  return { cookie: { httpOnly: false } };
}
