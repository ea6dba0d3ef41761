import { startRedis } from '@session-lab/services';
import { RedisStore } from 'connect-redis';
import type { SessionData } from 'express-session';
import { createClient } from 'redis';
import { Gate } from './slow-line.ts';

/** connect-redis as it comes, on a Redis of its own; a write can be held back on its way there. */
export async function openPlainRedis() {
  const redis = await startRedis();
  const client = createClient({ url: redis.url });
  client.on('error', console.error);
  await client.connect();
  const slowLine = new Gate();
  class SlowRedisStore extends RedisStore {
    override async set(id: string, data: SessionData, done?: (error?: unknown) => void) {
      await slowLine.pass();
      return super.set(id, data, done);
    }
  }
  return {
    store: new SlowRedisStore({ client }),
    slowLine,
    async close() {
      await client.close(); // what a request has left to do is done first
      await redis.close();
    },
  };
}
