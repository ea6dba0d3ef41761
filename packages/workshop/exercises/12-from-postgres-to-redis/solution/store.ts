import { RedisStore } from 'connect-redis';
import type { Request } from 'express';
import type { SessionData } from 'express-session';
import pg from 'pg';
import { createClient } from 'redis';

const DEADLINE_MS = 1000;
const TTL_SECONDS = 24 * 60 * 60;
// By the clock of Postgres: the column has no time zone.
const FOR_A_DAY = "expire = now() + interval '1 day'";

/** A store did not answer: nobody knows whether the session is alive. */
export class StoreAway extends Error {}

type Done<T = void> = (error: unknown, answer?: T) => void;

/**
 * New sessions are in Redis, and those of before stay in Postgres: each is in one place until it
 * ends. What has no copy cannot differ from it, nor be outlived by it. A day after the last old
 * instance has gone, the table is empty, and all that names Postgres here can be deleted.
 */
class MovingStore extends RedisStore {
  /** The sessions of requests under way that a store has, or has had. */
  readonly #stored = new WeakSet<object>();
  readonly #old: pg.Pool;

  constructor(client: object, old: pg.Pool) {
    super({ client, prefix: 'shop:session:', ttl: TTL_SECONDS });
    this.#old = old;
  }
  override createSession(req: Request, data: SessionData) {
    const session = super.createSession(req, data);
    this.#stored.add(session);
    return session;
  }
  override get(id: string, done?: Done<SessionData | null>) {
    return inTime(this.#find(id), done);
  }
  override set(id: string, session: SessionData, done?: Done) {
    return inTime(this.#save(id, session), done);
  }
  override touch(id: string, _session: SessionData, done?: Done) {
    return inTime(this.#prolong(id), done);
  }
  override destroy(id: string, done?: Done) {
    return inTime(this.#end(id), done);
  }
  override all(done?: Done<SessionData[]>) {
    return inTime(this.#list(), done);
  }

  async #find(id: string): Promise<SessionData | null> {
    const found = await super.get(id);
    if (found) return found;
    const text = 'SELECT sess FROM session WHERE sid = $1 AND expire > now()';
    return (await this.#old.query(text, [id])).rows[0]?.sess ?? null;
  }
  async #save(id: string, session: SessionData): Promise<void> {
    if (!this.#stored.has(session)) {
      await super.set(id, session);
      this.#stored.add(session);
      return;
    }
    // Replaced where it is, if it still is: what has ended stays ended, in both places.
    const text = JSON.stringify(session);
    const inRedis = await this.client.set(this.prefix + id, text, {
      condition: 'XX',
      expiration: { type: 'EX', value: TTL_SECONDS },
    });
    if (inRedis === null) await this.#update(`sess = $2, ${FOR_A_DAY}`, id, text);
  }
  async #prolong(id: string): Promise<void> {
    const inRedis = await this.client.expire(this.prefix + id, TTL_SECONDS);
    if (!inRedis) await this.#update(FOR_A_DAY, id);
  }
  /** Of a row that is gone, it changes nothing. */
  async #update(change: string, ...values: string[]): Promise<void> {
    await this.#old.query(`UPDATE session SET ${change} WHERE sid = $1`, values);
  }
  async #end(id: string): Promise<void> {
    await super.destroy(id);
    await this.#old.query('DELETE FROM session WHERE sid = $1', [id]);
  }
  async #list(): Promise<SessionData[]> {
    const old = await this.#old.query('SELECT sid, sess FROM session WHERE expire > now()');
    return [...(await super.all()), ...old.rows.map(({ sid, sess }) => ({ ...sess, id: sid }))];
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

/** Where sessions live: in Redis, and until they end in Postgres. */
export async function openStore(env: NodeJS.ProcessEnv) {
  const client = createClient({
    url: env['REDIS_URL'] ?? 'redis://127.0.0.1:6379',
    disableOfflineQueue: true, // what nobody waits for any more is not sent later
  });
  const old = new pg.Pool({
    connectionString: env['DATABASE_URL'] ?? 'postgres://127.0.0.1:5432/shop',
    connectionTimeoutMillis: DEADLINE_MS,
    query_timeout: DEADLINE_MS,
  });
  // Without a listener, the first lost connection ends the process.
  client.on('error', (error: Error) => console.error('Redis:', error.message));
  old.on('error', (error) => console.error('Postgres:', error.message));
  await client.connect();
  return {
    store: new MovingStore(client, old),
    close: () => Promise.all([client.close(), old.end()]),
  };
}
