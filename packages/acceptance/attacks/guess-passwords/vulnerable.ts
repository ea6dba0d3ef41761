import { randomBytes } from 'node:crypto';
import express from 'express';
import session from 'express-session';
import { verify } from '../../src/attack/accounts.ts';
import type { Vulnerable } from '../../src/attack/attack.ts';

declare module 'express-session' {
  interface SessionData {
    failures?: number;
  }
}

/** Counts failures where the attacker can throw the count away: in the session. */
export function vulnerable(): Vulnerable {
  const app = express();
  app.use(express.json());
  const secret = randomBytes(32).toString('hex');
  app.use(session({ secret, resave: false, saveUninitialized: false }));

  app.post('/login', (req, res) => {
    const { failures = 0 } = req.session;
    if (failures >= 5) return void res.set('Retry-After', '900').sendStatus(429);
    const user = verify(req.body);
    if (!user) {
      req.session.failures = failures + 1;
      return void res.sendStatus(401);
    }
    req.session.regenerate(() => {
      req.session.userId = user.id;
      res.json({ user });
    });
  });
  return { listener: app };
}
