import { RedisStore } from 'connect-redis';
import express from 'express';
import session from 'express-session';
import { createClient } from 'redis';
import { parseSecrets } from 'security-helpers';
import { find, verify } from '../../src/attack/accounts.ts';
import type { Open } from '../exhibit.ts';

export const open: Open = async ({ redisUrl, env }) => {
  const secret = parseSecrets(env['SESSION_SECRET']).map((each) => each.toString('hex'));
  const app = express();
  app.use(express.json());
  const client = createClient({ url: redisUrl });
  client.on('error', console.error);
  await client.connect();
  const store = new RedisStore({ client });
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
  return { listener: app, close: async () => client.destroy() };
};
