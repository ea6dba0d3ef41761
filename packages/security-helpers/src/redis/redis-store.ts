import { RedisStore as ConnectRedisStore } from 'connect-redis';
import { inEitherForm, pack, unpack } from '../packed-record.ts';
import type { Entry, KeyChange, RecordStore } from '../record-store.ts';
import { brokenRecord } from './broken-record.ts';
import { bytesOf } from './bytes-of.ts';
import type { RedisClient } from './client.ts';
import { removeRecord } from './remove-record.ts';
import { keysOf, type UserLists } from './user-keys.ts';

// One key, one command: Redis runs a script as a whole, with nothing between GET and SET.
const REPLACE_IF_UNCHANGED = `
  if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
  return 1`;

/**
 * connect-redis, with its upsert taken apart.
 *
 * Its `set` is a plain `SET`, which brings a session back that was ended meanwhile; its expiry is
 * rounded up to a second. Here: `SET … NX` to insert, compare-and-set to replace, `PX` for both.
 * Reading and the key prefix are connect-redis' own.
 */
export class RedisStore extends ConnectRedisStore implements RecordStore {
  readonly #client: RedisClient;
  readonly #users: RedisStoreOptions['users'];
  readonly confirm: RedisStoreOptions['confirm'];

  constructor({ client, prefix, users, confirm }: RedisStoreOptions) {
    super({ client: bytesOf(client), prefix, serializer: PACKED });
    this.#client = client;
    this.#users = users;
    this.confirm = confirm;
  }

  async read(key: string): Promise<string | null> {
    return this.get(key).catch(brokenRecord);
  }

  async insert(key: string, record: string, ttlMs: number): Promise<boolean> {
    const answer = await this.#client.set(this.prefix + key, pack(record), {
      expiration: { type: 'PX', value: wholeMs(ttlMs) },
      condition: 'NX',
    });
    return answer !== null; // null: the key exists
  }

  async replace(key: string, previous: string, record: string, ttlMs: number): Promise<boolean> {
    return inEitherForm(previous, async (stored) => {
      const replaced = await this.#client.eval(REPLACE_IF_UNCHANGED, {
        keys: [this.prefix + key],
        arguments: [stored, pack(record), String(wholeMs(ttlMs))],
      });
      return replaced === 1;
    });
  }

  remove(key: string): Promise<string | null> {
    return removeRecord(this.#client, this.prefix + key);
  }

  async keysOf(userId: string, change?: KeyChange): Promise<string[]> {
    if (!this.#users) throw new TypeError('this store was made without a list of users');
    return keysOf(this.#client, this.#users, userId, change);
  }

  /**
   * All there are, as SCAN finds them: what comes or goes meanwhile may be among them or not. Needs an
   * account that may list keys (`+scan +pttl`); that of an application may not.
   */
  async *entries(): AsyncGenerator<Entry> {
    for await (const found of scan(this.#client, { MATCH: `${this.prefix}*`, COUNT: 500 })) {
      const entries = found.map(async (name) => {
        const key = name.slice(this.prefix.length);
        const [record, ttlMs] = await Promise.all([this.read(key), this.#client.pTTL(name)]);
        return record !== null && ttlMs > 0 ? [{ key, record, ttlMs }] : [];
      });
      yield* (await Promise.all(entries)).flat();
    }
  }

  /** Refused: it would write a session back that was ended. */
  override async set(): Promise<never> {
    throw new Error('use insert() or replace(): set() cannot tell a new session from an ended one');
  }
}

export interface RedisStoreOptions {
  client: RedisClient;
  /** Of every record's key, for instance `shop:session:`. */
  prefix: string;
  /** Where the lists of each user's records are; not needed where another store knows whose they are. */
  users?: UserLists;
  /** Waits for replicas, see `connectReplicas`. */
  confirm?: RecordStore['confirm'];
}

/** A cluster is asked server by server: each knows its own keys. */
async function* scan(client: RedisClient, options: { MATCH: string; COUNT: number }) {
  // The same method of two classes, whose types do not know that.
  const single: object = client;
  if (!('masters' in client)) return yield* (single as Scannable).scanIterator(options);
  for (const master of client.masters) {
    yield* (await client.nodeClient(master)).scanIterator(options);
  }
}

// connect-redis only reads records here, and types them as session data.
const PACKED = {
  parse: (bytes: unknown) => unpack(bytes as Buffer) as never,
  stringify: String,
};

interface Scannable {
  scanIterator(options: object): AsyncIterable<string[]>;
}

const wholeMs = (ttlMs: number) => Math.max(1, Math.floor(ttlMs));
