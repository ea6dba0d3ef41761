import { randomBytes } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { json } from 'co-body';
import express from 'express';
import session, { type Store } from 'express-session';
import Koa from 'koa';
import koaSession from 'koa-session';
import { createClient } from 'redis';
import { find, verify } from './attack/accounts.ts';

/** Express-session on any store, set up and used as in its README. */
export function stockExpress(store: Store): RequestListener {
  const app = express();
  const secret = randomBytes(32).toString('hex');
  app.use(express.json(), session({ store, secret, resave: false, saveUninitialized: false }));
  app.get(['/', '/healthz'], (_req, res) => void res.json({}));
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
  app.post('/cart', (req, res) => {
    req.session.cart = [...(req.session.cart ?? []), req.body.item];
    res.json({ items: req.session.cart });
  });
  app.post('/logout', (req, res, next) => {
    req.session.destroy((error) => (error ? next(error) : res.sendStatus(204)));
  });
  return app;
}

type Data = { userId?: string; cart?: string[] };

/** As node-redis' README has it. */
export const newClient = (url: string) => createClient({ url }).on('error', console.error);

/** Koa-session with its records in Redis, set up and used as in its README. */
export function stockKoa(client: ReturnType<typeof newClient>): RequestListener {
  const app = new Koa<Koa.DefaultState, { session: Data | null }>();
  app.keys = [randomBytes(32).toString('hex')];
  const store = {
    get: async (key: string) => JSON.parse((await client.get(key)) ?? 'null'),
    async set(key: string, data: object, maxAge: unknown) {
      const expiration = { type: 'PX', value: Number(maxAge) } as const;
      await client.set(key, JSON.stringify(data), { expiration });
    },
    destroy: async (key: string) => void (await client.del(key)),
  };
  app.use(koaSession({ store }, app));
  app.use(async (ctx) => {
    const { cart = [], userId } = ctx.session ?? {};
    const body = ctx.method === 'POST' ? await json(ctx) : {};
    ctx.body = {};
    if (ctx.path === '/login') ctx.session = { userId: verify(body)?.id ?? '' };
    if (ctx.path === '/profile' && !userId) ctx.status = 401;
    if (ctx.path === '/cart') ctx.session = { userId: userId ?? '', cart: [...cart, body.item] };
    if (ctx.path !== '/logout') return;
    ctx.session = null;
    ctx.status = 204;
  });
  return app.callback();
}
