import { randomBytes } from 'node:crypto';
import express from 'express';
import session from 'express-session';
import type { Open } from '../exhibit.ts';

export const open: Open = () => {
  const app = express();
  app.use(express.json());
  const store = new session.MemoryStore();
  const count = () => Object.keys(Reflect.get(store, 'sessions')).length;
  const secret = randomBytes(32).toString('hex');
  const cookie = { maxAge: 1 };
  app.use(session({ cookie, secret, resave: false, saveUninitialized: false, store }));

  app.post('/cart', (req, res) => {
    req.session.cart = [req.body.item];
    res.json({ items: req.session.cart });
  });
  app.get('/records', (_req, res) => void res.json({ items: [`${count()}`] }));
  return { listener: app };
};
