import { callbackify } from 'node:util';
import session, { type SessionData } from 'express-session';
import { MemoryStore, systemClock } from 'security-helpers';

/** The memory store of the helpers, which sweeps, with as much of the interface as is needed. */
export class SweptStore extends session.Store {
  readonly #records = new MemoryStore({ clock: systemClock, sweepMs: 10 });

  get size(): number {
    return this.#records.size;
  }

  override get = callbackify(async (id: string): Promise<SessionData | null> => {
    const record = await this.#records.read(id);
    return record === null ? null : JSON.parse(record);
  });

  override set = callbackify(async (id: string, data: SessionData): Promise<void> => {
    await this.#records.insert(id, JSON.stringify(data), data.cookie.originalMaxAge ?? 1);
  }) as session.Store['set'];

  override destroy = callbackify((id: string) =>
    this.#records.remove(id),
  ) as session.Store['destroy'];
}
