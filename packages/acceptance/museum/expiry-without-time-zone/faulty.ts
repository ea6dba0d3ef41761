import { randomBytes } from 'node:crypto';
import connectPgSimple from 'connect-pg-simple';
import express from 'express';
import session from 'express-session';
import { Pool } from 'pg';
import { find, verify } from '../../src/attack/accounts.ts';
import { createTable } from '../create-table.ts';
import type { Open } from '../exhibit.ts';

export const open: Open = async ({ postgresUrl, schema, env }) => {
  const app = express();
  app.use(express.json());
  await createTable(postgresUrl, schema, 'timestamp(6)');
  const options = `-c TimeZone=${env['TIME_ZONE'] ?? 'UTC'}`;
  const pool = new Pool({ connectionString: postgresUrl, options });
  pool.on('error', console.error);
  const PgStore = connectPgSimple(session);
  const store = new PgStore({ pool, schemaName: schema, pruneSessionInterval: false });
  const secret = env['SESSION_SECRET'] ?? randomBytes(32).toString('hex');
  const cookie = { maxAge: 3_600_000 };
  app.use(session({ cookie, secret, resave: false, saveUninitialized: false, store }));

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
  return { listener: app, close: () => pool.end() };
};
