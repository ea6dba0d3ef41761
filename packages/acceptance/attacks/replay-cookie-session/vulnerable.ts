import { randomBytes } from 'node:crypto';
import cookieSession from 'cookie-session';
import express from 'express';
import { find, verify } from '../../src/attack/accounts.ts';
import type { Vulnerable } from '../../src/attack/attack.ts';

/** Keeps the session in the cookie, where no server can end it. */
export function vulnerable(): Vulnerable {
  const app = express();
  app.use(express.json());
  app.use(cookieSession({ secret: randomBytes(32).toString('hex') }));

  app.post('/login', (req, res) => {
    const user = verify(req.body);
    if (!user) return void res.sendStatus(401);
    req.session.userId = user.id;
    res.json({ user });
  });
  app.get('/profile', (req, res) => {
    const user = find(req.session.userId);
    res.status(user ? 200 : 401).json({ user });
  });
  app.post('/logout', (req, res) => {
    Object.assign(req, { session: null });
    res.sendStatus(204);
  });
  return { listener: app };
}
