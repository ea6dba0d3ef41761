import { randomBytes } from 'node:crypto';
import express from 'express';
import session from 'express-session';
import { find, verify } from '../../src/attack/accounts.ts';
import type { Vulnerable } from '../../src/attack/attack.ts';
import { PlainStore } from '../../src/attack/plain-store.ts';

/** Its store has one `set` for new sessions and for old ones, as most have. */
export function vulnerable(): Vulnerable<'slowLine'> {
  const app = express();
  app.use(express.json());
  const secret = randomBytes(32).toString('hex');
  const store = new PlainStore(); // set(id, data): map.set(id, JSON.stringify(data))
  app.use(session({ secret, resave: false, saveUninitialized: false, store }));

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
  app.post('/cart', (req, res) => {
    req.session.cart = [...(req.session.cart ?? []), req.body.item];
    res.json({ items: req.session.cart });
  });
  app.post('/logout', (req, res) => {
    req.session.destroy((error) => res.sendStatus(error ? 503 : 204));
  });
  return { listener: app, slowLine: store.slowLine };
}
