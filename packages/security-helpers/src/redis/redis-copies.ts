import type { RedisClient } from './client.ts';

/**
 * Copies of records, each believed by no other Redis process than the one that it was given to.
 *
 * A Redis that comes back after a crash or a restore, and a replica that takes the place of its
 * primary, may have missed what was confirmed, the DEL of a logout for instance, and hold the copy
 * still. So each copy begins with the `run_id` of the process that wrote it, drawn anew at each start;
 * replicas get it as it is. To ask for the `run_id` first, and to send a command that relies on it,
 * would be two steps with room for a failover in between. Here the server compares within the script,
 * which knows no in between: whoever carries it out, on whatever connection, after however many
 * redirections, believes its own copies only.
 *
 * GETEX reads, but counts as a write: a replica refuses it, and so does a primary that has lost its
 * replicas, if it has `min-replicas-to-write`. Without that setting a primary which is cut off, and has
 * been replaced without knowing, still answers those who reach it.
 */
export class RedisCopies {
  readonly #client: RedisClient;
  readonly #prefix: string;
  /** Copies whose removal nobody has confirmed. */
  readonly #unsure = new Map<string, { since: number }>();

  /** @param prefix of every copy's key, for instance `shop:hot:`. */
  constructor(client: RedisClient, prefix: string) {
    this.#client = client;
    this.#prefix = prefix;
  }

  /**
   * Null: there is none, or none to be believed. One that this process could not remove is removed
   * first: whoever was told that a change is saved must not be shown what was before.
   */
  async read(key: string): Promise<string | null> {
    if (this.#unsure.has(key)) await this.remove(key);
    return (await this.#run(READ, key)) as string | null;
  }

  /** @returns false: there is one. */
  async insert(key: string, record: string, ttlMs: number): Promise<boolean> {
    return (await this.#run(INSERT, key, record, ttlMs)) === 1;
  }

  /** @returns false: `previous` is not what is there. */
  async replace(key: string, previous: string, record: string, ttlMs: number): Promise<boolean> {
    return (await this.#run(REPLACE, key, record, ttlMs, previous)) === 1;
  }

  async remove(key: string): Promise<void> {
    const attempt = { since: performance.now() };
    this.#forgetBefore(attempt.since - LONGEST_COPY_MS);
    this.#unsure.delete(key); // to be the last in the order, too
    this.#unsure.set(key, attempt);
    await this.#client.del(this.#prefix + key);
    // One that was tried later has another change to remove.
    if (this.#unsure.get(key) === attempt) this.#unsure.delete(key);
  }

  #forgetBefore(moment: number): void {
    for (const [key, { since }] of this.#unsure) {
      if (since > moment) return;
      this.#unsure.delete(key);
    }
  }

  #run(script: string, key: string, record = '', ttlMs = 0, previous = ''): Promise<unknown> {
    const options = {
      keys: [this.#prefix + key],
      arguments: [record, String(Math.max(1, Math.floor(ttlMs))), previous],
    };
    return this.#client.eval(script, options);
  }
}

/** Of `HYBRID_HOT_SECONDS`, the highest that can be set, in milliseconds. */
export const LONGEST_COPY_MS = 3600 * 1000;

// What is no text, because somebody else has written it, is no copy either. What is no answer at all,
// but a refusal, is handed on.
const FIND = `
  local own = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)') .. ':'
  local found = redis.pcall('GETEX', KEYS[1])
  if type(found) == 'table' then
    if not string.find(found.err, 'WRONGTYPE', 1, true) then return found end
    found = ''
  end
  local copy = found and string.sub(found, 1, #own) == own and string.sub(found, #own + 1)`;
const WRITE = `
  redis.call('SET', KEYS[1], own .. ARGV[1], 'PX', ARGV[2])
  return 1`;

const READ = `${FIND}
  return copy`;
const INSERT = `${FIND}
  if copy then return 0 end${WRITE}`;
const REPLACE = `${FIND}
  if copy ~= ARGV[3] then return 0 end${WRITE}`;
