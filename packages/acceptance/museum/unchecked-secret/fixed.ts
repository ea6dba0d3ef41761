import express from 'express';
import session from 'express-session';
import { parseSecrets } from 'security-helpers';
import { find } from '../../src/attack/accounts.ts';
import { PlainStore } from '../../src/attack/plain-store.ts';
import type { Open } from '../exhibit.ts';

export const open: Open = ({ env }) => {
  const secret = parseSecrets(env['SESSION_SECRET']).map((each) => each.toString('hex'));
  const app = express();
  app.use(express.json());
  const store = new PlainStore();
  app.use(session({ secret, resave: false, saveUninitialized: false, store }));

  app.get('/profile', (req, res) => {
    const user = find(req.session.userId);
    res.status(user ? 200 : 401).json({ user });
  });
  return { listener: app, store };
};
