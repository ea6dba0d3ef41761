import { RedisStore } from 'connect-redis';
import type { Request } from 'express';
import type { SessionData } from 'express-session';
import { createClient } from 'redis';

const DEADLINE_MS = 1000;
const TTL_SECONDS = 24 * 60 * 60;

/** Redis did not answer: nobody knows whether the session is alive. */
export class StoreAway extends Error {}

type Done<T = void> = (error: unknown, answer?: T) => void;

/**
 * A session that was stored is only ever replaced: one that has ended stays ended. And no call
 * takes longer than the deadline: a frozen server raises no error, and says nothing.
 */
class CarefulStore extends RedisStore {
  /** The sessions of requests under way that Redis has, or has had. */
  readonly #stored = new WeakSet<object>();

  /** Called for each session that was loaded. */
  override createSession(req: Request, data: SessionData) {
    const session = super.createSession(req, data);
    this.#stored.add(session);
    return session;
  }
  async #save(id: string, session: SessionData): Promise<void> {
    if (!this.#stored.has(session)) {
      await super.set(id, session);
      this.#stored.add(session);
      return;
    }
    // One command: between a look and a write there is a moment, and the logout is in it.
    await this.client.set(this.prefix + id, JSON.stringify(session), {
      condition: 'XX',
      expiration: { type: 'EX', value: TTL_SECONDS },
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
  const store = new CarefulStore({ client, prefix: 'shop:session:', ttl: TTL_SECONDS });
  return { store, close: () => client.close() };
}
