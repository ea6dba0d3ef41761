import { isDeepStrictEqual } from 'node:util';
import type { StoredSession } from './hardened-store.ts';
import { newFields, type SessionFields } from './record.ts';

// A framework's session object is live: handlers change it in place, at any time. What the store
// holds is not. These functions stand between the two.

/** Whether live data are nothing but what the store holds. */
export function isUnchanged(data: object, stored: StoredSession | undefined): boolean {
  return stored !== undefined && isDeepStrictEqual(data, { ...stored.fields });
}

/**
 * A copy that shares nothing with what is copied.
 *
 * Most fields are plain values, for which a structured clone is far too much: Node 20 sends itself a
 * message for each.
 */
export function copyOf<Data extends object>(data: Data): Data {
  const entries = Object.entries(data).map(([name, value]) => [
    name,
    typeof value === 'object' ? structuredClone(value) : value,
  ]);
  return Object.fromEntries(entries);
}

/** What is sent to the store: a copy, with the fields of a session that begins now if it is new. */
export function toSend(data: object, now: number): SessionFields {
  return copyOf({ ...newFields(now), ...data });
}

/**
 * Brings live data up to what was saved, which may be more or less than what was sent: another
 * request had a part in it. What is equal stays the same object, which a handler may hold on to; and
 * what was changed while the store was busy stays changed, to be saved later.
 */
export function takeOver(live: object, sent: SessionFields, saved: StoredSession['fields']): void {
  for (const [name, value] of Object.entries(sent)) {
    // Or the next save would bring back what the other request has deleted.
    const isGone = !Object.hasOwn(saved, name);
    if (isGone && isDeepStrictEqual(Reflect.get(live, name), value)) {
      Reflect.deleteProperty(live, name);
    }
  }
  for (const [name, value] of Object.entries(saved)) {
    const current = Reflect.get(live, name);
    const untouched = current === undefined || isDeepStrictEqual(current, Reflect.get(sent, name));
    if (untouched && !isDeepStrictEqual(current, value)) {
      Reflect.set(live, name, structuredClone(value));
    }
  }
}

/**
 * What passes through a login: of the listed keys those that there are, unless the old session was
 * that of another user. What one user has collected is not for the next one at the same browser.
 */
export function carriedOver(old: object, userId: string, keys: readonly PropertyKey[]): object {
  const { userId: before } = old as Partial<SessionFields>;
  if (before !== undefined && before !== userId) return {};
  const kept = keys.flatMap((key) => (key in old ? [[key, Reflect.get(old, key)]] : []));
  return Object.fromEntries(kept);
}
