import { RedisStore } from 'connect-redis';
import type { SessionData } from 'express-session';
import { createClient } from 'redis';

type Done = (error?: unknown, session?: SessionData | null) => void;

/** The shop goes on without Redis: whoever has no session that can be read is a new visitor. */
class ForgivingStore extends RedisStore {
  override async get(id: string, done: Done = () => undefined) {
    return super.get(id, (error, session) => {
      if (error) console.error('Redis:', error);
      done(null, error ? null : session);
    });
  }
}

/** Where sessions live: in Redis, which outlives this process and is the same for all instances. */
export async function openStore(env: NodeJS.ProcessEnv) {
  const client = createClient({
    url: env['REDIS_URL'] ?? 'redis://127.0.0.1:6379',
    disableOfflineQueue: true,
  });
  // Without a listener, the first lost connection ends the process.
  client.on('error', (error: Error) => console.error('Redis:', error.message));
  await client.connect();
  const store = new ForgivingStore({ client, prefix: 'shop:session:', ttl: 24 * 60 * 60 });
  return { store, close: () => client.close() };
}
