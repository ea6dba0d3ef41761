import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { AuditDetails, AuditEventName } from '../src/audit.ts';
import { type Clock, ManualClock } from '../src/clock.ts';
import { HardenedStore, type HardenedStoreOptions } from '../src/hardened-store.ts';
import { deriveKeys, type SessionKeys } from '../src/keys.ts';
import { MemoryStore } from '../src/memory-store.ts';
import { newFields, recordSchema, type SessionFields } from '../src/record.ts';
import type { RecordStore } from '../src/record-store.ts';
import { parseSecrets } from '../src/secrets.ts';

export const newSecret = () => randomBytes(48).toString('base64url');

/** Keys from fresh secrets, or from the ones given, newest first. */
export const keysFrom = (...secrets: string[]): SessionKeys =>
  deriveKeys(parseSecrets(secrets.length > 0 ? secrets.join() : newSecret()));

type Command = keyof RecordStore;

/** A real MemoryStore that notes each command, and can be made to fail or to stay silent. */
export class ObservedStore implements RecordStore {
  readonly commands: Command[] = [];
  readonly memory: MemoryStore;
  /** Runs before each command; what it rejects with is what the store rejects with. */
  before: (command: Command) => void | Promise<void> = () => undefined;

  constructor(clock: Clock) {
    this.memory = new MemoryStore({ clock, sweepMs: 1_000_000 });
  }

  read(key: string) {
    return this.#run('read', () => this.memory.read(key));
  }
  insert(key: string, record: string, ttlMs: number) {
    return this.#run('insert', () => this.memory.insert(key, record, ttlMs));
  }
  replace(key: string, previous: string, record: string, ttlMs: number) {
    return this.#run('replace', () => this.memory.replace(key, previous, record, ttlMs));
  }
  keysOf(...args: Parameters<RecordStore['keysOf']>) {
    return this.#run('keysOf', () => this.memory.keysOf(...args));
  }
  remove(key: string) {
    return this.#run('remove', () => this.memory.remove(key));
  }

  /** The commands since the last time this was asked. */
  takeCommands(): Command[] {
    return this.commands.splice(0);
  }

  async #run<T>(command: Command, call: () => Promise<T>): Promise<T> {
    this.commands.push(command);
    await this.before(command);
    return call();
  }
}

export interface Logged extends AuditDetails {
  event: AuditEventName;
}

export const cartSchema = recordSchema({ cart: z.array(z.string()).optional() });

/** A hardened store over an observed one, on a clock that stands still. */
export function observed(options: Partial<HardenedStoreOptions> = {}) {
  const clock = new ManualClock(Date.UTC(2025, 0));
  const store = new ObservedStore(clock);
  const events: Logged[] = [];
  const settings: HardenedStoreOptions = {
    store,
    clock,
    schema: cartSchema,
    keys: keysFrom().seal,
    lifetime: {
      idleMs: 100_000,
      absoluteMs: 1_000_000,
      freshMs: 50_000,
      renewMs: 5_000_000,
      graceMs: 10_000,
      rememberMs: 1_000_000,
    },
    limitPerUser: 1000,
    budgetMs: 500,
    audit: (event, details = {}) => void events.push({ event, ...details }),
    ...options,
  };
  const hardened = new HardenedStore(settings);
  /** The fields of a session that logged in just now. */
  const loggedIn = (userId = 'user-1'): SessionFields => ({
    ...newFields(clock.now()),
    authenticatedAt: clock.now(),
    userId,
  });
  return { clock, store, events, settings, hardened, loggedIn };
}

/** Runs something, and says which promises rejected without anybody listening. */
export async function unhandledDuring(run: () => Promise<void>): Promise<unknown[]> {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => void unhandled.push(reason);
  process.on('unhandledRejection', note);
  try {
    await run();
    // Node reports them after the microtasks of a turn of the event loop.
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  } finally {
    process.off('unhandledRejection', note);
  }
  return unhandled;
}
