import { randomBytes } from 'node:crypto';
import { RedisStore } from 'connect-redis';
import express from 'express';
import session from 'express-session';
import { Redis } from 'ioredis';
import { find, verify } from '../../src/attack/accounts.ts';
import type { Open } from '../exhibit.ts';

export const open: Open = ({ redisUrl }) => {
  const app = express();
  app.set('env', 'test'); // no stack traces on the console
  app.use(express.json());
  const client = new Redis(redisUrl);
  const store = new RedisStore({ client });
  const secret = randomBytes(32).toString('hex');
  app.use(session({ secret, resave: false, saveUninitialized: false, store }));

  app.post('/login', (req, res) => {
    const user = verify(req.body);
    if (!user) return void res.sendStatus(401);
    req.session.regenerate(() => {
      req.session.userId = user.id;
      req.session.save((error) =>
        error ? res.status(500).send(String(error)) : res.json({ user }),
      );
    });
  });
  app.get('/profile', (req, res) => {
    const user = find(req.session.userId);
    res.status(user ? 200 : 401).json({ user });
  });
  return { listener: app, close: async () => client.disconnect() };
};
