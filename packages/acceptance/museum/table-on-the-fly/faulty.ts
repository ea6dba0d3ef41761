import { randomBytes } from 'node:crypto';
import connectPgSimple from 'connect-pg-simple';
import express from 'express';
import session from 'express-session';
import { Pool } from 'pg';
import type { Open } from '../exhibit.ts';

export const open: Open = ({ postgresUrl, schema }) => {
  const app = express();
  app.set('env', 'test'); // no stack traces on the console
  app.use(express.json());
  const pool = new Pool({ connectionString: postgresUrl });
  pool.on('error', () => undefined);
  const PgStore = connectPgSimple(session);
  const tableName = `session_${schema}`;
  const errorLog = () => undefined;
  const store = new PgStore({ pool, tableName, createTableIfMissing: true, errorLog });
  const secret = randomBytes(32).toString('hex');
  app.use(session({ secret, resave: false, saveUninitialized: false, store }));

  app.get('/cart', (req, res) => void res.json({ items: req.session.cart ?? [] }));
  app.post('/cart', (req, res) => {
    req.session.cart = [...(req.session.cart ?? []), req.body.item];
    res.json({ items: req.session.cart });
  });
  return { listener: app, close: () => pool.end() };
};
