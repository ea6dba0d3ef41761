// A small shop on plain express-session. What keeps a session its owner's is in the files that it
// imports, one idea each: those are the exercises.

import express, { type ErrorRequestHandler, type Request, type Response } from 'express';
import session, { type Store } from 'express-session';
import { cookieOf } from './cookie.ts';
import { checkCsrf, csrfTokenOf } from './csrf.ts';
import { answerError } from './errors.ts';
import { endStale } from './lifetime.ts';
import { logIn } from './login.ts';
import { logOut } from './logout.ts';
import { addSessionRoutes } from './sessions.ts';
import type { User, Users } from './users.ts';

declare module 'express-session' {
  interface SessionData {
    userId: string;
    /** Milliseconds since 1970. */
    loggedInAt: number;
    cart: string[];
  }
}

export interface Parts {
  store: Store;
  /** Newest first. */
  secrets: string[];
  production: boolean;
  users: Users;
  /** The time: milliseconds since 1970. */
  now: () => number;
  /** Says whether an item can be had; may take its time. */
  askSupplier: (item: string) => Promise<void>;
}

export function createApp(parts: Parts) {
  const { store, secrets, production, users, now, askSupplier } = parts;
  const app = express();
  // One proxy in front, which speaks TLS: only then does express-session send `Secure` cookies.
  if (production) app.set('trust proxy', 1);
  app.use(express.json(), express.urlencoded({ extended: false }));
  app.use(
    session({
      ...cookieOf(production),
      store,
      secret: secrets,
      resave: false,
      saveUninitialized: false,
    }),
  );
  app.use(async (req, _res, next) => {
    await endStale(req, now());
    next();
  });
  app.use(checkCsrf);

  const userOf = (req: Request) => users.find(req.session.userId ?? '');
  const answer = (req: Request, res: Response, body: { user?: User; items?: string[] }) =>
    void res.json({ ...body, csrfToken: csrfTokenOf(req) });

  app.post('/login', async (req, res) => {
    const { email, password } = req.body;
    const user = await users.verify(String(email), String(password));
    if (!user) return void res.status(401).json({ detail: 'E-mail address or password is wrong.' });
    await logIn(req, user, now());
    answer(req, res, { user });
  });

  app.get('/profile', (req, res) => {
    const user = userOf(req);
    if (!user) return void res.status(401).json({ detail: 'Please log in first.' });
    answer(req, res, { user });
  });

  app.get('/cart', (req, res) => answer(req, res, { items: req.session.cart ?? [] }));

  app.post('/cart', async (req, res) => {
    const item = String(req.body.item);
    await askSupplier(item);
    req.session.cart = [...(req.session.cart ?? []), item];
    answer(req, res, { items: req.session.cart });
  });

  app.post('/logout', async (req, res) => {
    await logOut(req, res);
    res.sendStatus(204);
  });

  addSessionRoutes(app, store, userOf);
  app.use(answerError satisfies ErrorRequestHandler);
  return app;
}
