import { randomBytes } from 'node:crypto';
import express from 'express';
import session from 'express-session';
import { find, verify } from '../../src/attack/accounts.ts';
import type { Vulnerable } from '../../src/attack/attack.ts';

/** Asks only for the cookie, which a browser sends by itself. */
export function vulnerable(): Vulnerable {
  const app = express();
  app.use(express.json(), express.urlencoded());
  const secret = randomBytes(32).toString('hex');
  app.use(session({ secret, resave: false, saveUninitialized: false }));

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
  app.get('/cart', (req, res) => void res.json({ items: req.session.cart ?? [] }));
  app.post('/cart', (req, res) => {
    req.session.cart = [...(req.session.cart ?? []), req.body.item];
    res.json({ items: req.session.cart });
  });
  return { listener: app };
}
