import { randomBytes } from 'node:crypto';
import { json } from 'co-body';
import Koa from 'koa';
import session from 'koa-session';
import { find, verify } from '../../src/attack/accounts.ts';
import type { Vulnerable } from '../../src/attack/attack.ts';

type Data = { userId?: string; cart?: string[] };

/** Takes a new object in `ctx.session` for a new session. */
export function vulnerable(): Vulnerable {
  const app = new Koa<Koa.DefaultState, { session: Data }>();
  app.keys = [randomBytes(32).toString('hex')];
  const records = new Map<string, object>();
  const store = {
    get: async (id: string) => records.get(id),
    set: async (id: string, data: object) => void records.set(id, { ...data }),
    destroy: async (id: string) => void records.delete(id),
  };
  app.use(session({ store }, app));
  app.use(async (ctx) => {
    const { cart = [], userId } = ctx.session;
    const body = ctx.method === 'POST' ? await json(ctx) : {};
    if (ctx.path === '/login') {
      const user = verify(body);
      if (user) ctx.session = { userId: user.id, cart };
      ctx.status = user ? 200 : 401;
      ctx.body = { user };
    } else if (ctx.path === '/profile') {
      ctx.status = userId ? 200 : 401;
      ctx.body = { user: find(userId) };
    } else {
      if (body.item) ctx.session.cart = [...cart, body.item];
      ctx.body = { items: ctx.session.cart ?? [] };
    }
  });
  return { listener: app.callback() };
}
