import { randomBytes } from 'node:crypto';
import express from 'express';
import session from 'express-session';
import { find, verify } from '../../src/attack/accounts.ts';
import type { Vulnerable } from '../../src/attack/attack.ts';
import { PlainStore } from '../../src/attack/plain-store.ts';

/** Believes whatever stands under the id of a session. */
export function vulnerable(): Vulnerable<'records'> {
  const app = express();
  app.use(express.json());
  const secret = randomBytes(32).toString('hex');
  const store = new PlainStore(); // get(id): JSON.parse(map.get(id))
  app.use(session({ secret, resave: false, saveUninitialized: false, store }));

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
  return { listener: app, records: store.records };
}
