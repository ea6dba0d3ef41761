// express-session with connect-redis.
import { RedisStore } from 'connect-redis';
import { newClient, stockExpress } from '../../acceptance/src/stock.ts';
import { listen } from './listen.ts';

const client = await newClient(process.env['REDIS_URL'] ?? '').connect();
await listen(stockExpress(new RedisStore({ client })));
