import type { CookieOptions } from 'express';

/** The session cookie: its name and its attributes. */
export function cookieOf(production: boolean): { name: string; cookie: CookieOptions } {
  return {
    // Browsers take a `__Host-` cookie from this very host only: a sibling cannot plant one.
    // Without TLS they take none at all, so development has to do without.
    name: production ? '__Host-sid' : 'sid',
    cookie: {
      httpOnly: true, // script that gets into a page cannot carry it off
      sameSite: 'lax', // goes along with a link from elsewhere, not with a form
      secure: production, // never over plain HTTP, where everybody on the way can read it
      path: '/',
      // No `domain`: it would be sent to all sibling hosts. No `maxAge`: the next person at this
      // computer would be logged in.
    },
  };
}
