// What the stock servers on express-session share: its README, and the routes that are measured.
import express, { type Express } from 'express';
import session, { type SessionOptions } from 'express-session';
import { user } from './serve.ts';

declare module 'express-session' {
  interface SessionData {
    userId?: string | undefined;
    cart?: string[] | undefined;
  }
}

export function stockApp(store: NonNullable<SessionOptions['store']>): Express {
  const app = express();
  app.use(express.json());
  app.use(session({ store, secret: 'keyboard cat', resave: false, saveUninitialized: false }));

  app.post('/login', (req, res, next) => {
    req.session.regenerate((error) => {
      if (error) return next(error);
      req.session.userId = user.id;
      req.session.save((failed) => (failed ? next(failed) : res.json({ user })));
    });
  });
  app.get('/profile', (req, res) => {
    if (req.session.userId === undefined) return void res.sendStatus(401);
    res.json({ user });
  });
  app.post('/cart', (req, res) => {
    req.session.cart = [...(req.session.cart ?? []), req.body.item];
    res.json({ items: req.session.cart });
  });
  return app;
}
