import { randomBytes, scryptSync } from 'node:crypto';
import express from 'express';
import session from 'express-session';
import type { Vulnerable } from '../../src/attack/attack.ts';
import { ADA } from '../../src/browser.ts';

/** Says which addresses have an account: in words, and by the time that a hash takes. */
export function vulnerable(): Vulnerable {
  const app = express();
  app.use(express.json());
  const secret = randomBytes(32).toString('hex');
  app.use(session({ secret, resave: false, saveUninitialized: false }));
  const hash = (password: string) => scryptSync(password, 'salt', 32, { N: 2 ** 14 });
  const hashes = new Map([[ADA.email, hash(ADA.password)]]);

  app.post('/login', (req, res) => {
    const { email, password } = req.body;
    const known = hashes.get(email);
    if (!known) return void res.status(401).send('There is no such account.');
    if (!known.equals(hash(password))) return void res.status(401).send('The password is wrong.');
    req.session.regenerate(() => {
      req.session.userId = email;
      res.json({ user: { email } });
    });
  });
  return { listener: app };
}
