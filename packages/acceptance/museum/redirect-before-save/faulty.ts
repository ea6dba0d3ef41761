import { randomBytes } from 'node:crypto';
import express from 'express';
import session from 'express-session';
import { find, verify } from '../../src/attack/accounts.ts';
import { PlainStore } from '../../src/attack/plain-store.ts';
import type { Open } from '../exhibit.ts';

export const open: Open = () => {
  const app = express();
  app.use(express.json());
  const store = new PlainStore();
  const secret = randomBytes(32).toString('hex');
  app.use(session({ secret, resave: false, saveUninitialized: false, store }));

  app.post('/login', (req, res) => {
    const user = verify(req.body);
    if (!user) return void res.sendStatus(401);
    req.session.regenerate(() => {
      req.session.userId = user.id;
      res.redirect('/profile');
    });
  });
  app.get('/profile', (req, res) => {
    const user = find(req.session.userId);
    res.status(user ? 200 : 401).json({ user });
  });
  return { listener: app, store };
};
