// express-session with connect-pg-simple.
import connectPgSimple from 'connect-pg-simple';
import session from 'express-session';
import { Pool } from 'pg';
import { stockExpress } from '../../acceptance/src/stock.ts';
import { listen } from './listen.ts';

const pool = new Pool({ connectionString: process.env['DATABASE_URL'] });
const PostgresStore = connectPgSimple(session);
const pruneSessionInterval = Number(process.env['SESSION_PRUNE_SECONDS'] ?? 900); // its default
const store = new PostgresStore({ pool, createTableIfMissing: true, pruneSessionInterval });
await listen(stockExpress(store));
