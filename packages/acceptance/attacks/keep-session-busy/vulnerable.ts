import { randomBytes } from 'node:crypto';
import express from 'express';
import session from 'express-session';
import { find, verify } from '../../src/attack/accounts.ts';
import type { Powers, Vulnerable } from '../../src/attack/attack.ts';

const IDLE_MS = 30 * 60_000;

/** Ends a session that nobody uses, and no other. */
export function vulnerable({ clock }: Pick<Powers, 'clock'>): Vulnerable<'clock'> {
  const app = express();
  app.use(express.json());
  const secret = randomBytes(32).toString('hex');
  app.use(session({ secret, resave: false, saveUninitialized: false }));
  app.use((req, res, next) => {
    const now = clock.now();
    const isIdle = now - (req.session.lastSeenAt ?? now) > IDLE_MS;
    if (isIdle) return void req.session.destroy(() => res.sendStatus(401));
    if (req.session.userId) req.session.lastSeenAt = now;
    next();
  });
  app.post('/login', (req, res) => {
    const user = verify(req.body);
    if (!user) return void res.sendStatus(401);
    req.session.regenerate(() => {
      req.session.userId = user.id;
      res.json({ user });
    });
  });
  app.get('/profile', (req, res) => {
    const user = find(req.session.userId);
    res.status(user ? 200 : 401).json({ user });
  });
  return { listener: app };
}
