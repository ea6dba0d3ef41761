// WHAT THIS SHOWS: a login, a profile, a cart and a logout on server-side sessions, and everything
// that keeps a session its owner's. WHAT IT DOES NOT: accounts, mail, several factors.
//
// It answers: where do sessions live (store.ts), and what happens when this process dies?

import Keygrip from 'keygrip';
import Koa from 'koa';
import session, { type CreateSessionOptions } from 'koa-session';
import {
  type Audit,
  type Clock,
  type Config,
  cookiePolicy,
  newSessionId,
  type OpenedStore,
  Problem,
  readInput,
  recordSchema,
  Throttle,
} from 'security-helpers';
import * as guard from 'security-helpers/koa';
import { z } from 'zod';
import { addAccountRoutes, requireUser } from './account.ts';
import { renderPage, styleHash } from './page.ts';
import type { Users } from './users.ts';

const CART_LIMIT = 100;
const cartItem = z.string().min(1).max(200);
const credentials = z.strictObject({
  email: z.email().max(254),
  password: z.string().max(128),
  remember: z.stringbool().or(z.boolean()).optional(), // a form's checkbox, or JSON
});

type Data = { cart?: string[] | undefined };
type Context = guard.Context<Data>;

export interface Parts extends OpenedStore {
  name: string;
  config: Config;
  users: Users;
  clock: Clock;
  audit: Audit;
}

export function createApp({ name, config, users, clock, audit, store, limiter, check }: Parts) {
  const { keys, lifetime, limitPerUser, storeBudgetMs: budgetMs, throttle: limits } = config;
  const throttle = new Throttle({ key: keys.throttle, limiter, limits, budgetMs, audit });
  const app = new Koa<Koa.DefaultState, guard.SessionContext<Data>>();
  app.proxy = config.trustProxyHops > 0; // all or nothing: requestContext leaves what is true
  // Newest first: the first signs, all verify. By itself Koa takes SHA-1.
  app.keys = new Keygrip(keys.cookie, 'sha256');

  // ── Before any session: what can be refused without asking the store ──────────────────────────
  app.use(guard.requestContext(config)).use(guard.setSecurityHeaders(config, styleHash));
  app.use(guard.answerProblems((ctx: Context, problem) => page(ctx, problem)));
  guard.health(app, check, budgetMs); // /healthz and /readyz
  app.use(guard.requireTls(config));
  app.use(guard.requireOwnOrigin(config, audit));
  app.use(guard.readBody());

  // ── The session ───────────────────────────────────────────────────────────────────────────────
  const cookie = cookiePolicy({ name: config.cookieName, production: config.production });
  app.use(guard.sessionCookie(cookie, keys, audit));
  const schema = recordSchema({ cart: z.array(cartItem).max(CART_LIMIT).optional() });
  const rules = { store, schema, keys, cookie, lifetime, limitPerUser, budgetMs, clock, audit };
  const options: CreateSessionOptions = {
    key: cookie.name, // not the default, which names the library to everybody
    ...cookie.attributes, // HttpOnly, SameSite=Lax, Path=/, no Domain; Secure in production
    maxAge: 'session', // the cookie goes with the browser; the server decides (idle, absolute)
    signed: true, // who makes up ids is refused before the store is asked
    genid: newSessionId, // 256 random bits: nobody guesses one
    autoCommit: false, // true saves also what a request has changed that failed
    rolling: false, // true writes the record with each request
    renew: false, // sessionCookie pushes the expiry, in the record, and not each time
    overwrite: true, // one Set-Cookie line a cookie, also when a login replaces one
    store: new guard.SessionStore(rules),
  };
  app.use(session(options, app));
  // The session holds the user's id only. Who that is, and may do, is looked up on each request.
  app.use(guard.limitUnknownCookies(throttle)).use(guard.keepSession(users.find));
  // After the session, whose token it is; before the routes, all of them.
  app.use(guard.requireCsrfToken(keys, audit));

  // ── Routes ────────────────────────────────────────────────────────────────────────────────────
  const userOf = (ctx: Context) => users.find(ctx.session?.userId ?? '');
  const page = async (ctx: Context, problem?: Problem) =>
    renderPage({
      name,
      user: userOf(ctx),
      session: userOf(ctx) && guard.describeSession(ctx),
      sessions: problem ? [] : await guard.listSessions(ctx), // the store may be the problem
      cart: ctx.session?.cart ?? [],
      csrfToken: guard.csrfTokenOf(ctx),
      lost: guard.isSessionLost(ctx),
      problem,
    });

  guard.route(app, '/', { get: async (ctx) => guard.answerPage(ctx, await page(ctx)) });

  guard.route(app, '/login', {
    async post(ctx) {
      const { email, password, remember } = readInput(credentials, ctx.request.body);
      const user = await throttle.attempt(email, () => users.verify(email, password));
      if (!user) {
        audit('login_failed');
        throw new Problem(401, 'bad_credentials', 'E-mail address or password is wrong.');
      }
      await guard.logIn(ctx, user, { carryOver: ['cart'], remember });
      guard.answer(ctx, { user, csrfToken: guard.csrfTokenOf(ctx) });
    },
  });

  guard.route(app, '/profile', {
    get(ctx) {
      const user = requireUser(users, ctx);
      const session = guard.describeSession(ctx);
      ctx.body = { user, session, csrfToken: guard.csrfTokenOf(ctx) };
    },
  });

  guard.route(app, '/cart', {
    get(ctx) {
      ctx.body = { items: ctx.session.cart ?? [], csrfToken: guard.csrfTokenOf(ctx) };
    },
    async post(ctx) {
      const { item } = readInput(z.strictObject({ item: cartItem }), ctx.request.body);
      // Saved before the answer; added to what is in the cart by then: no parallel click is lost.
      await guard.changeSession(ctx, (data) => {
        data.cart = [...(data.cart ?? []), item];
        if (data.cart.length > CART_LIMIT) throw new Problem(422, 'cart_full', 'The cart is full.');
      });
      guard.answer(ctx, { items: ctx.session.cart, csrfToken: guard.csrfTokenOf(ctx) });
    },
  });

  guard.route(app, '/logout', {
    async post(ctx) {
      await guard.logOut(ctx); // rejects unless the store confirmed it
      guard.answer(ctx);
    },
  });

  addAccountRoutes(app, { users, throttle, audit }); // sessions, re-authentication, password
  app.use(guard.notFound);
  return app;
}
