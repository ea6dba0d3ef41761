import { isDeepStrictEqual } from 'node:util';

/** Two requests have changed the same of one session at once. Nothing of the later was written. */
export class SessionChangedError extends Error {
  override name = 'SessionChangedError';
}

/**
 * What a request has changed, put into what another has written meanwhile. A change is a key that
 * differs from what the request had loaded; a key that is gone was changed as well.
 *
 * Key by key, and never into a value: connect-redis 6.1 merged deeply, which spoiled dates and
 * lists, lost whole sessions, and was taken out again (its issues 333, 346, 347 and 348). How two
 * lists become one, only the application knows: that is what `changeSession` is for.
 *
 * @param loaded what the request began with. @param changed what it made of it.
 * @param current what is there now.
 * @throws SessionChangedError when both have changed a key, and not to the same.
 */
export function merge<T extends object>(loaded: object, changed: object, current: T): T {
  // Maps, because a key may be called `constructor`.
  const before = new Map(Object.entries(loaded));
  const ours = new Map(Object.entries(changed));
  const merged = new Map(Object.entries(current));
  for (const name of new Set([...before.keys(), ...ours.keys()])) {
    const value = ours.get(name);
    const theirs = merged.get(name);
    if (isDeepStrictEqual(value, before.get(name)) || isDeepStrictEqual(value, theirs)) continue;
    if (!isDeepStrictEqual(theirs, before.get(name))) {
      throw new SessionChangedError(`two requests have changed '${name}' at once`);
    }
    if (value === undefined) merged.delete(name);
    else merged.set(name, value);
  }
  return Object.fromEntries(merged) as T;
}
