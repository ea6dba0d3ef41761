import { RedisStore } from 'connect-redis';
import { createClient } from 'redis';

/** Where sessions live. */
export async function openStore(env: NodeJS.ProcessEnv) {
  const client = createClient({ url: env['REDIS_URL'] ?? 'redis://127.0.0.1:6379' });
  client.on('error', (error: Error) => console.error('Redis:', error.message));
  return { store: new RedisStore({ client }), close: async () => client.destroy() };
}
