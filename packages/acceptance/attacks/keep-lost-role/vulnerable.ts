import { randomBytes } from 'node:crypto';
import express from 'express';
import session from 'express-session';
import { find, verify } from '../../src/attack/accounts.ts';
import type { Powers, Vulnerable } from '../../src/attack/attack.ts';

declare module 'express-session' {
  interface SessionData {
    roles?: readonly string[];
  }
}

/** Writes down at the login what somebody may do, and believes it ever after. */
export function vulnerable(): Vulnerable<'accounts'> {
  const app = express();
  app.use(express.json());
  const secret = randomBytes(32).toString('hex');
  app.use(session({ secret, resave: false, saveUninitialized: false }));
  const roles = new Map<string, readonly string[]>();
  const accounts: Powers['accounts'] = { setRoles: (id, next) => void roles.set(id, next) };

  app.post('/login', (req, res) => {
    const user = verify(req.body);
    if (!user) return void res.sendStatus(401);
    req.session.regenerate(() => {
      Object.assign(req.session, { userId: user.id, roles: roles.get(user.id) ?? user.roles });
      res.json({ user });
    });
  });
  app.get('/profile', (req, res) => {
    const user = find(req.session.userId);
    res.status(user ? 200 : 401).json({ user });
  });
  app.delete('/users/:id/sessions', (req, res) => {
    res.sendStatus(req.session.roles?.includes('admin') ? 204 : 403);
  });
  return { listener: app, accounts };
}
