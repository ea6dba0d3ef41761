// koa-session with its records in Redis.
import { newClient, stockKoa } from '../../acceptance/src/stock.ts';
import { listen } from './listen.ts';

const client = await newClient(process.env['REDIS_URL'] ?? '').connect();
await listen(stockKoa(client));
