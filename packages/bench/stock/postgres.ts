// express-session with connect-pg-simple.
import connectPgSimple from 'connect-pg-simple';
import session from 'express-session';
import { Pool } from 'pg';
import { stockExpress } from '../../acceptance/src/stock.ts';
import { listen } from './listen.ts';

const pool = new Pool({ connectionString: process.env['DATABASE_URL'] });
const PostgresStore = connectPgSimple(session);
await listen(stockExpress(new PostgresStore({ pool, createTableIfMissing: true })));
