// express-session with its own MemoryStore.
import session from 'express-session';
import { stockExpress } from '../../acceptance/src/stock.ts';
import { listen } from './listen.ts';

await listen(stockExpress(new session.MemoryStore()));
