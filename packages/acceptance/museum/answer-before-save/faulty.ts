import { randomBytes } from 'node:crypto';
import express from 'express';
import session from 'express-session';
import { PlainStore } from '../../src/attack/plain-store.ts';
import type { Open } from '../exhibit.ts';

export const open: Open = () => {
  const app = express();
  app.set('env', 'test'); // no stack traces on the console
  app.use(express.json());
  const store = new PlainStore();
  const secret = randomBytes(32).toString('hex');
  app.use(session({ secret, resave: false, saveUninitialized: false, store }));

  app.post('/cart', (req, res) => {
    const items = [...(req.session.cart ?? []), req.body.item];
    req.session.cart = items;
    res.json({ items });
  });
  app.get('/cart', (req, res) => void res.json({ items: req.session.cart ?? [] }));
  return { listener: app, store };
};
