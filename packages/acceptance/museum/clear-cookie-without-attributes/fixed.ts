import { randomBytes } from 'node:crypto';
import express from 'express';
import session from 'express-session';
import { find, verify } from '../../src/attack/accounts.ts';
import { PlainStore } from '../../src/attack/plain-store.ts';
import type { Open } from '../exhibit.ts';

const NAME = '__Host-sid';

export const open: Open = () => {
  const app = express();
  app.use(express.json());
  const store = new PlainStore();
  const secret = randomBytes(32).toString('hex');
  const cookie = { path: '/', httpOnly: true, secure: true, sameSite: 'lax' as const };
  app.set('trust proxy', 1);
  app.use(session({ name: NAME, cookie, secret, resave: false, saveUninitialized: false, store }));

  app.post('/login', (req, res) => {
    const user = verify(req.body);
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
  app.post('/logout', (req, res) => {
    req.session.destroy((error) => {
      if (error) return void res.sendStatus(503);
      res.clearCookie(NAME, cookie).sendStatus(204);
    });
  });
  return { listener: app, store };
};
