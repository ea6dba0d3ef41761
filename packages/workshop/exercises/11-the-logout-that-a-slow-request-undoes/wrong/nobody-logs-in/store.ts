import { RedisStore } from 'connect-redis';
import type { SessionData } from 'express-session';
import { createClient } from 'redis';

const DEADLINE_MS = 1000;

/** Redis did not answer: nobody knows whether the session is alive. */
export class StoreAway extends Error {}

type Done<T = void> = (error: unknown, answer?: T) => void;

/** No call takes longer than the deadline: a frozen server raises no error, and says nothing. */
class PunctualStore extends RedisStore {
  /** Writes only what is there already: what has ended stays ended. */
  async #save(id: string, session: SessionData): Promise<void> {
    await this.client.set(this.prefix + id, JSON.stringify(session), {
      condition: 'XX',
      expiration: { type: 'EX', value: 24 * 60 * 60 },
    });
  }
  override get(id: string, done?: Done<SessionData | null>) {
    return inTime(super.get(id), done);
  }
  override set(id: string, session: SessionData, done?: Done) {
    return inTime(this.#save(id, session), done);
  }
  override touch(id: string, session: SessionData, done?: Done) {
    return inTime(super.touch(id, session), done);
  }
  override destroy(id: string, done?: Done) {
    return inTime(super.destroy(id), done);
  }
  override all(done?: Done<SessionData[]>) {
    return inTime(super.all(), done);
  }
}

function inTime<T>(call: Promise<T>, done?: Done<T>): Promise<T> {
  const answer = new Promise<T>((resolve, reject) => {
    const timer = setTimeout(reject, DEADLINE_MS, new StoreAway('no answer in time'));
    call.then(resolve, ({ message }) => reject(new StoreAway(message)));
    call.catch(() => undefined).finally(() => clearTimeout(timer));
  });
  if (done) answer.then((found) => done(null, found), done);
  return answer;
}

/** Where sessions live: in Redis, which outlives this process and is the same for all instances. */
export async function openStore(env: NodeJS.ProcessEnv) {
  const client = createClient({
    url: env['REDIS_URL'] ?? 'redis://127.0.0.1:6379',
    disableOfflineQueue: true, // what nobody waits for any more is not sent later
  });
  // Without a listener, the first lost connection ends the process.
  client.on('error', (error: Error) => console.error('Redis:', error.message));
  await client.connect();
  const store = new PunctualStore({ client, prefix: 'shop:session:', ttl: 24 * 60 * 60 });
  return { store, close: () => client.close() };
}
