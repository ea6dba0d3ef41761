import { RedisStore } from 'connect-redis';
import type { SessionData } from 'express-session';
import { createClient } from 'redis';

type Done = (error?: unknown, session?: SessionData | null) => void;

/** Redis, with what was read before in memory: that saves a round trip for each request. */
class CachedStore extends RedisStore {
  readonly #cache = new Map<string, string>();

  override async get(id: string, done: Done = () => undefined) {
    const cached = this.#cache.get(id);
    if (cached) return done(null, JSON.parse(cached));
    return super.get(id, (error, session) => {
      if (session) this.#cache.set(id, JSON.stringify(session));
      done(error, session);
    });
  }

  override async set(id: string, session: SessionData, done?: Done) {
    this.#cache.set(id, JSON.stringify(session));
    return super.set(id, session, done);
  }

  override async destroy(id: string, done?: Done) {
    this.#cache.delete(id);
    return super.destroy(id, done);
  }
}

/** Where sessions live. */
export async function openStore(env: NodeJS.ProcessEnv) {
  const client = createClient({ url: env['REDIS_URL'] ?? 'redis://127.0.0.1:6379' });
  client.on('error', (error: Error) => console.error('Redis:', error.message));
  await client.connect();
  const store = new CachedStore({ client, prefix: 'shop:session:', ttl: 24 * 60 * 60 });
  return { store, close: () => client.close() };
}
