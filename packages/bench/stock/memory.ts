// express-session with its own MemoryStore.
import session from 'express-session';
import { stockApp } from './express-session.ts';
import { serve } from './serve.ts';

serve(stockApp(new session.MemoryStore()));
