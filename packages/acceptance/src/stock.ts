// Libraries as in their READMEs, with the routes that are counted and measured: what the examples
// are compared with.
import type { RequestListener } from 'node:http';
import { json } from 'co-body';
import express from 'express';
import session, { type Store } from 'express-session';
import Koa from 'koa';
import koaSession, { type CreateSessionOptions } from 'koa-session';
import { createClient } from 'redis';

declare module 'express-session' {
  interface SessionData {
    cart?: string[];
  }
}

/** Whoever logs in, with whatever password: how that is checked is not compared. */
export const user = {
  id: 'user-1',
  email: 'ada@example.com',
  name: 'Ada Lovelace',
  roles: ['member'],
};

/** Express-session on any store. */
export function stockExpress(store: Store): RequestListener {
  const app = express();
  app.use(express.json());
  app.use(session({ store, secret: 'keyboard cat', resave: false, saveUninitialized: false }));
  app.get(['/', '/healthz'], (_req, res) => void res.json({}));
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
  app.post('/logout', (req, res, next) => {
    req.session.destroy((error) => (error ? next(error) : res.sendStatus(204)));
  });
  return app;
}

/** As node-redis' README has it. */
export const newClient = (url: string) => createClient({ url }).on('error', console.error);

interface KoaSession {
  userId?: string;
  cart?: string[];
  regenerate(): Promise<void>;
}

/** Koa-session with its records in Redis, by a store that its README leaves to its reader. */
export function stockKoa(client: ReturnType<typeof newClient>): RequestListener {
  const app = new Koa<Koa.DefaultState, { session: KoaSession | null }>();
  app.keys = ['some secret hurr'];
  const store = {
    get: async (key: string) => JSON.parse((await client.get(key)) ?? 'null'),
    async set(key: string, data: unknown, maxAge: unknown) {
      const expiration = { type: 'PX', value: Number(maxAge) } as const;
      await client.set(key, JSON.stringify(data), { expiration });
    },
    destroy: async (key: string) => void (await client.del(key)),
  } satisfies NonNullable<CreateSessionOptions['store']>;
  app.use(koaSession({ store }, app));
  app.use(async (ctx) => {
    ctx.body = {};
    if (ctx.path === '/logout') {
      ctx.session = null;
      ctx.status = 204;
    }
    if (!ctx.session) return;
    switch (`${ctx.method} ${ctx.path}`) {
      case 'POST /login':
        await ctx.session.regenerate();
        ctx.session.userId = user.id;
        ctx.body = { user };
        break;
      case 'GET /profile':
        if (ctx.session.userId === undefined) ctx.throw(401);
        ctx.body = { user };
        break;
      case 'POST /cart': {
        const { item } = await json(ctx);
        ctx.session.cart = [...(ctx.session.cart ?? []), item];
        ctx.body = { items: ctx.session.cart };
      }
    }
  });
  return app.callback();
}
