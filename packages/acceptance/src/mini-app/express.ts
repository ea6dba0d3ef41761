import express from 'express';
import session from 'express-session';
import { newSessionId } from 'security-helpers';
import * as guard from 'security-helpers/express';
import type { Framework, MiniAppParts } from '../target.ts';
import { storeOptions } from './store-options.ts';

/** What the Express examples have in common. */
const framework: Framework = {
  cookies: {
    names: (name) => [name],
    signed: (name, id, key) => `${name}=${encodeURIComponent(guard.sign(id, key))}`,
  },
  miniApps: [
    { title: 'with resave: false', create: (parts) => createApp(parts, false) },
    { title: 'with resave: true', create: (parts) => createApp(parts, true) },
  ],
};

export { framework as express };

function createApp(parts: MiniAppParts, resave: boolean) {
  const { cookie, config, clock, audit, pause } = parts;
  const app = express();
  app.use(guard.sessionCookie(cookie, config.keys, audit));
  app.use(
    session({
      name: cookie.name,
      cookie: cookie.attributes,
      secret: config.keys.cookie,
      genid: newSessionId,
      resave,
      saveUninitialized: false,
      store: new guard.SessionStore(storeOptions(parts)),
    }),
  );
  app.post('/login', async (req, res) => {
    await guard.logIn(req, { id: 'user-1', roles: [] });
    res.json({});
  });
  app.post('/logout', async (req, res) => {
    await guard.logOut(req, res);
    res.json({});
  });
  app.get('/profile', (req, res) => void res.status(req.session.userId ? 200 : 401).json({}));
  app.post('/slow', async (req, res) => {
    await pause();
    Object.assign(req.session, { cart: ['written late'] });
    await guard.saveSession(req);
    res.json({});
  });
  app.post('/quick', async (req, res) => {
    Object.assign(req.session, { cart: ['written early'] });
    await guard.saveSession(req);
    res.json({});
  });
  app.post('/slow-reader', async (_req, res) => {
    await pause();
    res.json({});
  });
  app.post('/first-step', async (req, res) => {
    // Who wants to log in has a key of its own; `logIn` alone says who has.
    Object.assign(req.session, { pendingUserId: 'user-1' });
    await guard.saveSession(req);
    res.json({});
  });
  app.post('/second-step', async (req, res) => {
    const { pendingUserId: id } = req.session as { pendingUserId?: string };
    if (id) await guard.logIn(req, { id, roles: [] });
    res.status(id ? 200 : 401).json({});
  });
  app.post('/half-login', (req) => {
    Object.assign(req.session, { userId: 'user-1', authenticatedAt: clock.now() });
    throw new Error('half-way');
  });
  app.use(guard.answerProblems(() => ({ text: '' }) as never));
  return app;
}
