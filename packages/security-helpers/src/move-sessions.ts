import type { SealKey } from './keys.ts';
import type { MovingStore } from './moving-store.ts';
import type { Entry } from './record-store.ts';
import { open } from './seal.ts';

export interface Moved {
  moved: number;
  /** No secret opens them: nobody can use them, and they stay until their time is up. */
  unreadable: number;
  /** The new store has another record in their place: somebody has to look. */
  left: number;
}

const AT_ONCE = 50;
/** Passes in which nothing moves: what is changed again and again gets away now and then. */
const PATIENCE = 10;

/**
 * Moves all sessions there are, again and again, until none is left that could be moved. It can be
 * stopped at any time and begun anew, and two of them do no harm to each other.
 *
 * Every instance of the app must know both stores by now, and begin new sessions in the new one.
 *
 * @param entries what there is in the old store, from the beginning at each call.
 * @param keys all secrets in use: only the record itself knows whose it is.
 * @param progress hears how many it were, every now and then.
 */
export async function moveSessions(
  store: MovingStore,
  entries: () => AsyncIterable<Entry>,
  keys: readonly SealKey[],
  progress: (moved: number) => void = () => undefined,
): Promise<Moved> {
  let moved = 0;
  for (let idle = 0; ; idle++) {
    const before = moved;
    let [found, unreadable] = [0, 0];
    for await (const some of inGroups(entries())) {
      const outcomes = await Promise.all(some.map((entry) => moveOne(store, entry, keys)));
      found += some.length;
      moved += outcomes.filter((outcome) => outcome === true).length;
      unreadable += outcomes.filter((outcome) => outcome === 'unreadable').length;
      progress(moved);
    }
    if (found === unreadable || idle === PATIENCE) {
      return { moved, unreadable, left: found - unreadable };
    }
    if (moved > before) idle = 0;
  }
}

async function moveOne(store: MovingStore, entry: Entry, keys: readonly SealKey[]) {
  if (store.isBegun(entry)) return store.move(entry);
  const opened = open(entry.record, entry.key, keys);
  if (!opened.ok) return 'unreadable';
  return store.move(entry, JSON.parse(opened.text).userId);
}

async function* inGroups<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item[]> {
  let group: Item[] = [];
  for await (const item of items) {
    group.push(item);
    if (group.length < AT_ONCE) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
