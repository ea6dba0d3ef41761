import { callbackify } from 'node:util';
import session, { type SessionData } from 'express-session';
import type { Powers } from './attack.ts';
import { type Records, recordsOf } from './records.ts';
import { Gate } from './slow-line.ts';

/**
 * A session store as they come: JSON under the id, and one `set` for new sessions and old ones.
 * What can befall a real one, can befall it.
 */
export class PlainStore extends session.Store {
  readonly map = new Map<string, string>();
  readonly records: Records = recordsOf(this.map);
  readonly slowLine = new Gate();
  #isReadOnly = false;
  readonly readOnly: Powers['readOnly'] = {
    begin: async () => this.#setReadOnly(true),
    end: async () => this.#setReadOnly(false),
  };

  override get = callbackify(async (id: string): Promise<SessionData | null> => {
    const record = this.map.get(id);
    return record === undefined ? null : JSON.parse(record);
  });

  override set = callbackify(async (id: string, data: SessionData): Promise<void> => {
    await this.slowLine.pass();
    this.#change(() => this.map.set(id, JSON.stringify(data)));
  }) as session.Store['set'];

  override destroy(id: string, callback: (error?: unknown) => void = () => undefined): void {
    callbackify(async () => this.#change(() => this.map.delete(id)))(callback);
  }

  #setReadOnly(isReadOnly: boolean): void {
    this.#isReadOnly = isReadOnly;
  }

  #change(change: () => unknown): void {
    if (this.#isReadOnly) throw new Error('the store is read-only');
    change();
  }
}
