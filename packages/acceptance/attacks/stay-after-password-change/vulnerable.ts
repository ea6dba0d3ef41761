import { randomBytes } from 'node:crypto';
import express from 'express';
import session from 'express-session';
import { find, verify } from '../../src/attack/accounts.ts';
import type { Vulnerable } from '../../src/attack/attack.ts';

/** Changes the password, and leaves all sessions as they are. */
export function vulnerable(): Vulnerable {
  const app = express();
  app.use(express.json());
  const secret = randomBytes(32).toString('hex');
  app.use(session({ secret, resave: false, saveUninitialized: false }));
  const changed = new Map<string, string>();

  app.post('/login', (req, res) => {
    const user = verify(req.body, changed);
    if (!user) return void res.sendStatus(401);
    req.session.regenerate(() => {
      req.session.userId = user.id;
      res.json({ user });
    });
  });
  app.get('/profile', (req, res) => {
    const user = find(req.session.userId);
    res.status(user ? 200 : 401).json({ user });
  });
  app.post('/password', (req, res) => {
    const user = find(req.session.userId);
    if (user) changed.set(user.email, req.body.newPassword);
    res.sendStatus(user ? 204 : 401);
  });
  return { listener: app };
}
