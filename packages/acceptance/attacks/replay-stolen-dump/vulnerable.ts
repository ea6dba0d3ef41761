import { randomBytes } from 'node:crypto';
import express from 'express';
import session from 'express-session';
import { sign } from 'security-helpers/express';
import { find, verify } from '../../src/attack/accounts.ts';
import type { Vulnerable } from '../../src/attack/attack.ts';
import { PlainStore } from '../../src/attack/plain-store.ts';

/** Keeps each record under the very id that is in the cookie. */
export function vulnerable(): Vulnerable<'records' | 'signed'> {
  const app = express();
  app.use(express.json());
  const secret = randomBytes(32).toString('hex');
  const store = new PlainStore(); // set(id, data): map.set(id, JSON.stringify(data))
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
  const signed = (id: string) => `connect.sid=${encodeURIComponent(sign(id, secret))}`;
  return { listener: app, records: store.records, signed };
}
