// express-session with connect-pg-simple.
import connectPgSimple from 'connect-pg-simple';
import session from 'express-session';
import { Pool } from 'pg';
import { stockApp } from './express-session.ts';
import { serve } from './serve.ts';

const pool = new Pool({ connectionString: process.env['DATABASE_URL'] });
const PostgresStore = connectPgSimple(session);
const pruneSessionInterval = Number(process.env['SESSION_PRUNE_SECONDS'] ?? 900); // its default
serve(stockApp(new PostgresStore({ pool, createTableIfMissing: true, pruneSessionInterval })));
