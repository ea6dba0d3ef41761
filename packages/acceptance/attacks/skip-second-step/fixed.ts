import { randomBytes } from 'node:crypto';
import express from 'express';
import session from 'express-session';
import {
  type Audit,
  cookiePolicy,
  MemoryStore,
  newSessionId,
  readConfig,
  recordSchema,
} from 'security-helpers';
import * as guard from 'security-helpers/express';
import { z } from 'zod';
import { find, verify } from '../../src/attack/accounts.ts';
import type { Powers, Vulnerable } from '../../src/attack/attack.ts';
import { isCode } from './code.ts';

declare module 'express-session' {
  interface SessionData {
    pendingUserId?: string | undefined;
  }
}

/** Between the steps the session says who wants to log in; only `logIn` says who has. */
export function twoSteps({ clock }: Pick<Powers, 'clock'>): Vulnerable {
  const env = { SESSION_SECRET: randomBytes(32).toString('hex') };
  const config = readConfig(env, { name: 'two-step', port: 0 });
  const { keys } = config;
  const cookie = cookiePolicy({ name: config.cookieName, production: config.production });
  const audit: Audit = () => undefined;
  const store = new guard.SessionStore({
    ...{ cookie, keys, clock, audit },
    store: new MemoryStore({ clock, sweepMs: config.pruneMs }),
    lifetime: config.lifetime,
    limitPerUser: config.limitPerUser,
    budgetMs: config.storeBudgetMs,
    schema: recordSchema({ pendingUserId: z.string().optional() }),
  });
  const app = express();
  app.use(express.json());
  app.use(guard.sessionCookie(cookie, keys, audit));
  const { name, attributes } = cookie;
  const options = { name, cookie: attributes, secret: keys.cookie, genid: newSessionId, store };
  app.use(session({ ...options, resave: false, saveUninitialized: false }));
  app.use(guard.requireCsrfToken(keys, audit));

  app.post('/login', async (req, res) => {
    const user = verify(req.body);
    if (!user) return void res.sendStatus(401);
    req.session.pendingUserId = user.id;
    await guard.saveSession(req);
    res.json({ next: '/code', csrfToken: guard.csrfTokenOf(req) });
  });
  app.post('/code', async (req, res) => {
    const user = find(req.session.pendingUserId);
    if (!user || !isCode(req.body.code)) return void res.sendStatus(401);
    await guard.logIn(req, user); // a new id, and nothing pending is carried over
    res.sendStatus(204);
  });
  app.get('/profile', (req, res) => {
    const user = find(req.session.userId);
    res.status(user ? 200 : 401).json({ user });
  });
  return { listener: app };
}
