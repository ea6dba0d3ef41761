// express-session with connect-redis.
import { RedisStore } from 'connect-redis';
import { createClient } from 'redis';
import { stockApp } from './express-session.ts';
import { serve } from './serve.ts';

const client = createClient({ url: process.env['REDIS_URL'] ?? '' });
client.on('error', console.error);
await client.connect();
serve(stockApp(new RedisStore({ client, prefix: 'stock:' })));
