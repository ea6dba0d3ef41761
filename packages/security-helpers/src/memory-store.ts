import type { Clock } from './clock.ts';
import type { KeyChange, RecordStore } from './record-store.ts';

/**
 * Session records in this process: gone with it, and unknown to every other.
 *
 * Each method does its work in one tick, so no other request comes between a check and its write.
 * express-session's own MemoryStore upserts, and deletes an expired session only when somebody asks
 * for it: a visitor who never returns stays in memory for ever.
 */
export class MemoryStore implements RecordStore {
  readonly #records = new Map<string, { record: string; expiresAt: number }>();
  readonly #users = new Map<string, Set<string>>();
  readonly #clock: Clock;
  readonly #sweeper: NodeJS.Timeout;

  /** @param sweepMs how often expired records are removed, in milliseconds. */
  constructor({ clock, sweepMs }: { clock: Clock; sweepMs: number }) {
    this.#clock = clock;
    this.#sweeper = setInterval(() => this.sweep(), sweepMs).unref();
  }

  /** How many records are held, expired ones that were not swept yet included. */
  get size(): number {
    return this.#records.size;
  }

  async read(key: string): Promise<string | null> {
    return this.#alive(key)?.record ?? null;
  }

  async insert(key: string, record: string, ttlMs: number): Promise<boolean> {
    return !this.#alive(key) && this.#put(key, record, ttlMs);
  }

  async replace(key: string, previous: string, record: string, ttlMs: number): Promise<boolean> {
    return this.#alive(key)?.record === previous && this.#put(key, record, ttlMs);
  }

  async remove(key: string): Promise<string | null> {
    const record = this.#alive(key)?.record ?? null;
    this.#records.delete(key);
    return record;
  }

  async keysOf(userId: string, { add, drop = [] }: KeyChange = {}): Promise<string[]> {
    const keys = this.#users.get(userId) ?? new Set();
    if (add !== undefined) keys.add(add);
    for (const key of [...keys]) if (drop.includes(key) || !this.#alive(key)) keys.delete(key);
    if (keys.size > 0) this.#users.set(userId, keys);
    else this.#users.delete(userId);
    return [...keys];
  }

  /** Removes what has expired. */
  sweep(): void {
    for (const key of this.#records.keys()) this.#alive(key);
    for (const userId of this.#users.keys()) void this.keysOf(userId);
  }

  close(): void {
    clearInterval(this.#sweeper);
    this.#records.clear();
    this.#users.clear();
  }

  #put(key: string, record: string, ttlMs: number): true {
    this.#records.set(key, { record, expiresAt: this.#clock.now() + ttlMs });
    return true;
  }

  #alive(key: string): { record: string } | undefined {
    const entry = this.#records.get(key);
    if (!entry || entry.expiresAt > this.#clock.now()) return entry;
    this.#records.delete(key);
    return undefined;
  }
}
