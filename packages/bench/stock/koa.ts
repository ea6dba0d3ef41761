// koa-session with a store on Redis, which its README leaves to its reader.
import { buffer } from 'node:stream/consumers';
import Koa from 'koa';
import session, { type CreateSessionOptions } from 'koa-session';
import { createClient } from 'redis';
import { serve, user } from './serve.ts';

const client = createClient({ url: process.env['REDIS_URL'] ?? '' });
client.on('error', console.error);
await client.connect();

const store = {
  async get(key: string) {
    const record = await client.get(`stock-koa:${key}`);
    return record === null ? undefined : JSON.parse(record);
  },
  async set(key: string, data: unknown, maxAge?: number | 'session') {
    const value = typeof maxAge === 'number' ? maxAge : 86_400_000;
    await client.set(`stock-koa:${key}`, JSON.stringify(data), {
      expiration: { type: 'PX', value },
    });
  },
  async destroy(key: string) {
    await client.del(`stock-koa:${key}`);
  },
} satisfies NonNullable<CreateSessionOptions['store']>;

interface StockSession {
  userId?: string;
  cart?: string[];
  regenerate(): Promise<void>;
}

const app = new Koa<Koa.DefaultState, { session: StockSession }>();
app.keys = ['some secret hurr'];
app.use(session({ store }, app));
app.use(async (ctx) => {
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
      const { item } = JSON.parse((await buffer(ctx.req)).toString());
      ctx.session.cart = [...(ctx.session.cart ?? []), item];
      ctx.body = { items: ctx.session.cart };
    }
  }
});
serve(app.callback());
