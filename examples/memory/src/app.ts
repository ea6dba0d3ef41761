// WHAT THIS SHOWS: a login, a profile, a cart and a logout on server-side sessions, and everything
// that keeps a session its owner's. WHAT IT DOES NOT: accounts, mail, several factors.
//
// It answers: where do sessions live (store.ts), and what happens when this process dies?

import express, { type Request } from 'express';
import session from 'express-session';
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
import * as guard from 'security-helpers/express';
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

declare module 'express-session' {
  interface SessionData {
    cart?: string[] | undefined;
  }
}

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
  const app = express();
  app.disable('x-powered-by'); // tells attackers which exploits to try
  app.disable('etag'); // a 304 would call a cached profile still good
  app.set('trust proxy', config.trustProxyHops); // exact: `true` believes every client

  // ── Before any session: what can be refused without asking the store ──────────────────────────
  app.use(guard.requestContext(config), guard.setSecurityHeaders(config, styleHash));
  guard.health(app, check, budgetMs); // /healthz and /readyz
  app.use(guard.requireTls(config));
  app.use(guard.requireOwnOrigin(config, audit));
  app.use(guard.readBody());

  // ── The session ───────────────────────────────────────────────────────────────────────────────
  const cookie = cookiePolicy({ name: config.cookieName, production: config.production });
  app.use(guard.sessionCookie(cookie, keys, audit));
  const schema = recordSchema({ cart: z.array(cartItem).max(CART_LIMIT).optional() });
  const rules = { store, schema, keys, cookie, lifetime, limitPerUser, budgetMs, clock, audit };
  app.use(
    session({
      name: cookie.name, // not the default, which names the library to everybody
      cookie: cookie.attributes, // HttpOnly, SameSite=Lax, Path=/, no Domain; Secure in production
      secret: keys.cookie, // newest first: the first signs, all verify
      genid: newSessionId, // 256 random bits: nobody guesses one
      resave: false, // true writes back what a parallel request has just changed or ended
      saveUninitialized: false, // true gives each bot a record, and an attacker an id to plant
      rolling: false, // the cookie has no expiry to roll; the server decides (idle, absolute)
      unset: 'keep', // ending a session is logOut's job, confirmed by the store
      store: new guard.SessionStore(rules),
    }),
  );
  // The session holds the user's id only. Who that is, and may do, is looked up on each request.
  app.use(guard.limitUnknownCookies(throttle), guard.keepSession(users.find));
  // After the session, whose token it is; before the routes, all of them.
  app.use(guard.requireCsrfToken(keys, audit));

  // ── Routes ────────────────────────────────────────────────────────────────────────────────────
  const userOf = (req: Request) => users.find(req.session?.userId ?? '');
  const page = async (req: Request, problem?: Problem) =>
    renderPage({
      name,
      user: userOf(req),
      session: userOf(req) && guard.describeSession(req),
      sessions: problem ? [] : await guard.listSessions(req), // the store may be the problem
      cart: req.session?.cart ?? [],
      csrfToken: guard.csrfTokenOf(req),
      lost: guard.isSessionLost(req),
      problem,
    });

  guard.route(app, '/', {
    get: async (req, res) => void res.type('html').send((await page(req)).text),
  });

  guard.route(app, '/login', {
    async post(req, res) {
      const { email, password, remember } = readInput(credentials, req.body);
      const user = await throttle.attempt(email, () => users.verify(email, password));
      if (!user) {
        audit('login_failed');
        throw new Problem(401, 'bad_credentials', 'E-mail address or password is wrong.');
      }
      await guard.logIn(req, user, { carryOver: ['cart'], remember });
      guard.answer(req, res, { user, csrfToken: guard.csrfTokenOf(req) });
    },
  });

  guard.route(app, '/profile', {
    get(req, res) {
      const user = requireUser(users, req);
      res.json({ user, session: guard.describeSession(req), csrfToken: guard.csrfTokenOf(req) });
    },
  });

  guard.route(app, '/cart', {
    get(req, res) {
      res.json({ items: req.session.cart ?? [], csrfToken: guard.csrfTokenOf(req) });
    },
    async post(req, res) {
      const { item } = readInput(z.strictObject({ item: cartItem }), req.body);
      // Saved before the answer; added to what is in the cart by then: no parallel click is lost.
      await guard.changeSession(req, (data) => {
        data.cart = [...(data.cart ?? []), item];
        if (data.cart.length > CART_LIMIT) throw new Problem(422, 'cart_full', 'The cart is full.');
      });
      guard.answer(req, res, { items: req.session.cart, csrfToken: guard.csrfTokenOf(req) });
    },
  });

  guard.route(app, '/logout', {
    async post(req, res) {
      await guard.logOut(req, res); // rejects unless the store confirmed it
      guard.answer(req, res);
    },
  });

  addAccountRoutes(app, { users, throttle, audit }); // sessions, re-authentication, password
  app.use(guard.notFound, guard.answerProblems(page));
  return app;
}
