import { randomBytes } from 'node:crypto';
import express from 'express';
import session from 'express-session';
import { find, verify } from '../src/attack/accounts.ts';
import type { Vulnerable } from '../src/attack/attack.ts';
import { openPlainRedis } from '../src/attack/plain-redis.ts';

/** Express-session and connect-redis, set up and used as in their READMEs. */
export async function plainServer(): Promise<Vulnerable<'slowLine'>> {
  const app = express();
  app.use(express.json(), express.urlencoded({ extended: false }));
  const secret = randomBytes(32).toString('hex');
  const { store, slowLine, close } = await openPlainRedis(); // new RedisStore({ client })
  app.use(session({ store, secret, resave: false, saveUninitialized: true }));

  app.post('/login', (req, res, next) => {
    const user = verify(req.body);
    if (!user) return void res.sendStatus(401);
    req.session.regenerate((failed) => {
      if (failed) return next(failed);
      req.session.userId = user.id;
      req.session.save((error) => (error ? next(error) : res.json({ user })));
    });
  });
  app.get('/profile', (req, res) => {
    const user = find(req.session.userId);
    res.status(user ? 200 : 401).json({ user });
  });
  app.get('/cart', (req, res) => void res.json({ items: req.session.cart ?? [] }));
  app.post('/cart', (req, res) => {
    req.session.cart = [...(req.session.cart ?? []), req.body.item];
    if (req.is('json')) return void res.json({ items: req.session.cart });
    res.redirect(303, '/cart');
  });
  app.post('/logout', (req, res, next) => {
    req.session.destroy((error) => (error ? next(error) : res.sendStatus(204)));
  });
  return { listener: app, slowLine, close };
}
