import { randomBytes } from 'node:crypto';
import express from 'express';
import session from 'express-session';
import { find, verify } from '../../src/attack/accounts.ts';
import type { Vulnerable } from '../../src/attack/attack.ts';
import { isCode } from './code.ts';

declare module 'express-session' {
  interface SessionData {
    needsCode?: boolean;
  }
}

/** Writes down who somebody is after the first step, and that there is a second one. */
export function vulnerable(): Vulnerable {
  const app = express();
  app.use(express.json());
  const secret = randomBytes(32).toString('hex');
  app.use(session({ secret, resave: false, saveUninitialized: false }));

  app.post('/login', (req, res) => {
    const user = verify(req.body);
    if (!user) return void res.sendStatus(401);
    req.session.regenerate(() => {
      Object.assign(req.session, { userId: user.id, needsCode: true });
      res.json({ next: '/code' });
    });
  });
  app.post('/code', (req, res) => {
    if (isCode(req.body.code)) req.session.needsCode = false;
    res.sendStatus(req.session.needsCode === false ? 204 : 401);
  });
  app.get('/profile', (req, res) => {
    const user = find(req.session.userId);
    res.status(user ? 200 : 401).json({ user });
  });
  return { listener: app };
}
