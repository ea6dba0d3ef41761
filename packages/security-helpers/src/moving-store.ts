import { randomBytes } from 'node:crypto';
import type { Entry, KeyChange, RecordStore } from './record-store.ts';
import type { Envelope } from './seal.ts';

export interface MovingStoreOptions {
  from: RecordStore;
  to: RecordStore;
  /** Where new sessions begin: `from` until every instance of the app knows both. */
  newIn: 'from' | 'to';
}

/**
 * Two places for records, while the sessions move from one to the other and nobody is logged out.
 *
 * At each moment one of them decides on a session: `from`, as long as it has the record. So `move`
 *
 * 1. leaves a copy in `to` that does not count yet,
 * 2. puts a note in the place of the record in `from`, if that still is what was copied: from here
 *    on the copy counts, and `to` decides,
 * 3. makes the copy a record like any other, and
 * 4. removes the note.
 *
 * Whoever dies in between, or is frozen and goes on much later, has done one of these or not: a
 * session is never in neither place, and one that was ended meanwhile has no record that a note
 * could replace. A plain "write there, delete here" has both faults: it brings back what was ended
 * between its two steps.
 *
 * All methods look into `from` first. The other way round, what is on its way is seen in neither.
 */
export class MovingStore implements RecordStore {
  readonly #from: RecordStore;
  readonly #to: RecordStore;
  readonly #newIn: MovingStoreOptions['newIn'];
  readonly confirm: RecordStore['confirm'];

  constructor({ from, to, newIn }: MovingStoreOptions) {
    this.#from = from;
    this.#to = to;
    this.#newIn = newIn;
    if (from.confirm || to.confirm) this.confirm = (...change) => this.#confirm(...change);
  }

  async read(key: string): Promise<string | null> {
    const record = await this.#from.read(key);
    const note = record === null ? undefined : noteIn(record);
    if (record !== null && !note) return record;
    const there = await this.#to.read(key);
    const copy = there === null ? undefined : copyIn(there);
    if (!copy) return there;
    return copy.move === note?.move ? copy.record : null;
  }

  insert(key: string, record: string, ttlMs: number, userId?: string): Promise<boolean> {
    const store = this.#newIn === 'from' ? this.#from : this.#to;
    return store.insert(key, record, ttlMs, userId);
  }

  async replace(key: string, previous: string, record: string, ttlMs: number): Promise<boolean> {
    if (await this.#from.replace(key, previous, record, ttlMs)) return true;
    if (await this.#to.replace(key, previous, record, ttlMs)) return true;
    const note = noteIn((await this.#from.read(key)) ?? '');
    return note !== undefined && this.#to.replace(key, copyOf(previous, note.move), record, ttlMs);
  }

  /** Resolves only when both have confirmed it. */
  async remove(key: string): Promise<string | null> {
    const record = await this.#from.remove(key);
    const there = await this.#to.remove(key);
    if (record !== null && !noteIn(record)) return record;
    return there === null ? null : (copyIn(there)?.record ?? there);
  }

  async keysOf(userId: string, { add, drop = [] }: KeyChange = {}): Promise<string[]> {
    const changeIn = (place: 'from' | 'to') =>
      add !== undefined && this.#newIn === place ? { add, drop } : { drop };
    const inFrom = await this.#from.keysOf(userId, changeIn('from'));
    const inTo = await this.#to.keysOf(userId, changeIn('to'));
    return [...new Set([...inFrom, ...inTo])];
  }

  /** What has ended is gone from both; what is new is where it began. */
  async #confirm({ add, drop = [] }: KeyChange, userId?: string): Promise<void> {
    const began = { ...(add !== undefined && { add }), drop };
    for (const [place, store] of [
      ['from', this.#from],
      ['to', this.#to],
    ] as const) {
      if (place === this.#newIn) await store.confirm?.(began, userId);
      else await store.confirm?.({ drop });
    }
  }

  /** Without those that have moved: for the store that they have left, they have ended. */
  async lastEndedOf(userId: string): Promise<string[]> {
    const ended = await Promise.all(
      [this.#from, this.#to].map(async (store) => (await store.lastEndedOf?.(userId)) ?? []),
    );
    const keys = [...new Set(ended.flat())];
    const found = await Promise.all(keys.map((key) => this.read(key)));
    return keys.filter((_, index) => found[index] === null);
  }

  /**
   * Moves one session, or finishes what was begun. Whatever happens to it meanwhile happens.
   *
   * @param entry as `from` has it. @param userId whose it is, if it is a user's.
   * @returns false when it was changed or ended meanwhile: then look again.
   */
  async move({ key, record, ttlMs }: Entry, userId?: string): Promise<boolean> {
    let move = noteIn(record)?.move;
    if (move === undefined) {
      move = await this.#leaveCopy(key, record, ttlMs, userId);
      // If one of these is refused, the copy counts for nothing, and goes in its time.
      if (move === undefined) return false;
      if (userId !== undefined) await this.#to.keysOf(userId, { add: key });
      if (!(await this.#from.replace(key, record, noteOf(move), ttlMs))) return false;
    }
    const there = (await this.#to.read(key)) ?? '';
    const copy = copyIn(there);
    // Otherwise it was changed or ended meanwhile; and the copy of another mover is not ours to use.
    if (copy?.move === move) await this.#to.replace(key, there, copy.record, ttlMs);
    await this.#from.remove(key);
    return true;
  }

  /** Whether somebody has begun to move it: then its record is where it goes. */
  isBegun({ record }: Entry): boolean {
    return noteIn(record) !== undefined;
  }

  /** @returns the name of the move, undefined when something has come in between. */
  async #leaveCopy(key: string, record: string, ttlMs: number, userId?: string) {
    const move = randomBytes(12).toString('base64url');
    const text = copyOf(record, move);
    if (await this.#to.insert(key, text, ttlMs, userId)) return move;
    // Somebody who moves it at the same time, or who was ended while moving it, has left one.
    const left = (await this.#to.read(key)) ?? '';
    const copy = copyIn(left);
    if (copy?.record === record) return copy.move;
    // In this order: a copy that is older than this look at `from` is none that counts.
    if (!copy || (await this.#from.read(key)) !== record) return undefined;
    return (await this.#to.replace(key, left, text, ttlMs)) ? move : undefined;
  }
}

// Both have the form of an envelope whose key nobody has. An instance that knows nothing of the move
// refuses such a record; any other text it would take for a broken one, and remove it. A note and
// its copy name their move: one that another mover leaves behind after a logout is not taken for it.
const noteOf = (move: string) => `v1.moved.${move}.-`;
const noteIn = (text: string) => {
  const [, move] = /^v1\.moved\.([^.]+)\.-$/.exec(text) ?? [];
  return move === undefined ? undefined : { move };
};

/** Dots part an envelope; it has no tilde. */
const copyOf = (record: Envelope, move: string) =>
  `v1.moving.${move}.${record.replaceAll('.', '~')}`;
const copyIn = (text: string) => {
  const [, move, record] = /^v1\.moving\.([^.]+)\.([^.]+)$/.exec(text) ?? [];
  return record === undefined ? undefined : { move, record: record.replaceAll('~', '.') };
};
