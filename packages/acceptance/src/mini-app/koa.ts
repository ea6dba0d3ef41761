import Keygrip from 'keygrip';
import Koa from 'koa';
import session from 'koa-session';
import { newSessionId } from 'security-helpers';
import * as guard from 'security-helpers/koa';
import type { Framework, MiniAppParts } from '../target.ts';
import { storeOptions } from './store-options.ts';

interface Data {
  cart?: string[];
  pendingUserId?: string;
}

type Context = guard.Context<Data>;

/** How a handler saves, and how it logs out. */
interface Style {
  save(ctx: Context): void | Promise<void>;
  logOut(ctx: Context): void | Promise<void>;
}

/** What a Koa example needs of the contract. */
export const koa: Framework = {
  cookies: {
    names: guard.cookieNames,
    signed: (name, id, key) => `${name}=${id}; ${name}.sig=${guard.sign(name, id, key)}`,
  },
  miniApps: [
    {
      title: 'that calls the helpers',
      create: (parts) => createApp(parts, { save: guard.saveSession, logOut: guard.logOut }),
    },
    {
      title: 'written as for koa-session alone',
      create: (parts) => createApp(parts, { save: () => undefined, logOut: setToNull }),
    },
  ],
};

function setToNull(ctx: Context): void {
  ctx.session = null;
}

function createApp(parts: MiniAppParts, { save, logOut }: Style) {
  const { cookie, config, clock, audit, pause } = parts;
  const app = new Koa<Koa.DefaultState, guard.SessionContext<Data>>();
  app.keys = new Keygrip(config.keys.cookie, 'sha256');
  app.use(guard.answerProblems(() => ({ text: '' }) as never));
  app.use(guard.sessionCookie(cookie, config.keys, audit));
  const store = new guard.SessionStore(storeOptions(parts));
  const options = { key: cookie.name, ...cookie.attributes, maxAge: 'session' as const };
  app.use(session({ ...options, genid: newSessionId, autoCommit: false, store }, app));
  guard.route(app, '/login', {
    async post(ctx) {
      await guard.logIn(ctx, { id: 'user-1', roles: [] });
      ctx.body = {};
    },
  });
  guard.route(app, '/logout', {
    async post(ctx) {
      await logOut(ctx);
      ctx.body = {};
    },
  });
  guard.route(app, '/profile', {
    get(ctx) {
      ctx.status = ctx.session.userId ? 200 : 401;
      ctx.body = {};
    },
  });
  guard.route(app, '/slow', {
    async post(ctx) {
      await pause();
      ctx.session.cart = ['written late'];
      await save(ctx);
      ctx.body = {};
    },
  });
  guard.route(app, '/quick', {
    async post(ctx) {
      ctx.session.cart = ['written early'];
      await save(ctx);
      ctx.body = {};
    },
  });
  guard.route(app, '/slow-reader', {
    async post(ctx) {
      await pause();
      ctx.body = {};
    },
  });
  guard.route(app, '/first-step', {
    async post(ctx) {
      // Who wants to log in has a key of its own; `logIn` alone says who has.
      ctx.session.pendingUserId = 'user-1';
      await save(ctx);
      ctx.body = {};
    },
  });
  guard.route(app, '/second-step', {
    async post(ctx) {
      const { pendingUserId: id } = ctx.session;
      if (id) await guard.logIn(ctx, { id, roles: [] });
      ctx.status = id ? 200 : 401;
      ctx.body = {};
    },
  });
  guard.route(app, '/half-login', {
    post(ctx) {
      Object.assign(ctx.session, { userId: 'user-1', authenticatedAt: clock.now() });
      throw new Error('half-way');
    },
  });
  return app.callback();
}
