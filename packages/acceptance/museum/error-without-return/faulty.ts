import { randomBytes } from 'node:crypto';
import express from 'express';
import session from 'express-session';
import { find, verify } from '../../src/attack/accounts.ts';
import type { Open } from '../exhibit.ts';
import { CannotRemove } from './cannot-remove.ts';

export const open: Open = () => {
  const app = express();
  app.set('env', 'test'); // no stack traces on the console
  app.use(express.json());
  const store = new CannotRemove();
  const secret = randomBytes(32).toString('hex');
  app.use(session({ secret, resave: false, saveUninitialized: false, store }));

  app.post('/login', (req, res, next) => {
    const user = verify(req.body);
    if (!user) return void res.sendStatus(401);
    req.session.regenerate((error) => {
      if (error) next(error);
      req.session.userId = user.id;
      req.session.save((failed) => {
        if (failed) next(failed);
        if (!res.headersSent) res.json({ user });
      });
    });
  });
  app.get('/profile', (req, res) => {
    const user = find(req.session.userId);
    res.status(user ? 200 : 401).json({ user });
  });
  return { listener: app, store };
};
