import { RedisStore } from 'connect-redis';
import { createClient } from 'redis';

/** Where sessions live: in Redis, which outlives this process and is the same for all instances. */
export async function openStore(env: NodeJS.ProcessEnv) {
  const client = createClient({ url: env['REDIS_URL'] ?? 'redis://127.0.0.1:6379' });
  // Without a listener, the first lost connection ends the process.
  client.on('error', (error: Error) => console.error('Redis:', error.message));
  await client.connect();
  // The time to live, in seconds, is for a cookie without an expiry: nobody else clears up here.
  const store = new RedisStore({ client, prefix: 'shop:session:', ttl: 24 * 60 * 60 });
  return { store, close: () => client.close() };
}
