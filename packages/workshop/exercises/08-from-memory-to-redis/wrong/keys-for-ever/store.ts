import { RedisStore } from 'connect-redis';
import { createClient } from 'redis';

/** Where sessions live. */
export async function openStore(env: NodeJS.ProcessEnv) {
  const client = createClient({ url: env['REDIS_URL'] ?? 'redis://127.0.0.1:6379' });
  // Without a listener, the first lost connection ends the process.
  client.on('error', (error: Error) => console.error('Redis:', error.message));
  await client.connect();
  const store = new RedisStore({ client, prefix: 'shop:session:', disableTTL: true });
  return { store, close: () => client.close() };
}
