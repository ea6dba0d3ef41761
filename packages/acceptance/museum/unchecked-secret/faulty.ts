import express from 'express';
import session from 'express-session';
import { find } from '../../src/attack/accounts.ts';
import { PlainStore } from '../../src/attack/plain-store.ts';
import type { Open } from '../exhibit.ts';

export const open: Open = ({ env }) => {
  const app = express();
  app.set('env', 'test'); // no stack traces on the console
  app.use(express.json());
  const store = new PlainStore();
  // The type has to be talked out of it.
  const secret = env['SESSION_SECRET'] as string;
  app.use(session({ secret, resave: false, saveUninitialized: false, store }));

  app.get('/profile', (req, res) => {
    const user = find(req.session.userId);
    res.status(user ? 200 : 401).json({ user });
  });
  return { listener: app, store };
};
