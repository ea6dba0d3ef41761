import { beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from './clock.ts';
import { MemoryStore } from './memory-store.ts';
import { MovingStore } from './moving-store.ts';
import type { RecordStore } from './record-store.ts';
import { open } from './seal.ts';

const TTL = 60_000;
const KEY = 'key';
const record = (name: string | number) => `v1.key.nonce.${name}`;
const memory = () => new MemoryStore({ clock: systemClock, sweepMs: TTL });

describe('a store whose sessions move', () => {
  let from: MemoryStore;
  let to: MemoryStore;
  let store: MovingStore;
  const entry = (text = record('a')) => ({ key: KEY, record: text, ttlMs: TTL });

  beforeEach(() => {
    [from, to] = [memory(), memory()];
    store = new MovingStore({ from, to, newIn: 'to' });
  });

  it('reads, changes and ends a session wherever it is', async () => {
    for (const place of [from, to]) {
      await place.insert(KEY, record('a'), TTL);
      expect(await store.read(KEY)).toBe(record('a'));
      expect(await store.replace(KEY, record('a'), record('b'), TTL)).toBe(true);
      expect(await store.replace(KEY, record('a'), record('c'), TTL)).toBe(false);
      expect(await place.read(KEY)).toBe(record('b'));
      await store.remove(KEY);
      expect(await place.read(KEY)).toBeNull();
    }
  });

  it('begins new ones where it is told to, and lists those of a user from both', async () => {
    const first = new MovingStore({ from, to, newIn: 'from' });
    await first.insert('1', record('a'), TTL, 'ada');
    await first.keysOf('ada', { add: '1' });
    await store.insert('2', record('b'), TTL, 'ada');
    await store.keysOf('ada', { add: '2' });
    expect([await from.read('1'), await to.read('2')]).toEqual([record('a'), record('b')]);
    expect(await from.keysOf('ada')).toEqual(['1']);
    expect(await first.keysOf('ada')).toEqual(['1', '2']);
    await store.remove('1');
    expect(await store.keysOf('ada', { drop: ['1'] })).toEqual(['2']);
  });

  it('waits for the replicas of both: for an end of each, for a login where it began', async () => {
    expect(store.confirm).toBeUndefined();
    const asked: unknown[] = [];
    const waiting = (name: string): RecordStore =>
      Object.assign(memory(), {
        confirm: async (...change: unknown[]) => void asked.push(name, change),
      });
    const both = new MovingStore({ from: waiting('from'), to: waiting('to'), newIn: 'to' });
    await both.confirm?.({ add: 'new', drop: ['old'] }, 'ada');
    expect(asked).toEqual([
      'from',
      [{ drop: ['old'] }],
      'to',
      [{ add: 'new', drop: ['old'] }, 'ada'],
    ]);
  });

  it('moves a session with its time and its user, and leaves nothing behind', async () => {
    await from.insert(KEY, record('a'), TTL);
    expect(await store.move(entry(), 'ada')).toBe(true);
    expect([await from.read(KEY), await to.read(KEY)]).toEqual([null, record('a')]);
    expect(await store.keysOf('ada')).toEqual([KEY]);
  });

  it('does not move what was changed or ended meanwhile, and shows no copy of it', async () => {
    await from.insert(KEY, record('b'), TTL);
    expect(await store.move(entry(record('a')))).toBe(false);
    expect(await store.read(KEY)).toBe(record('b'));
    await from.remove(KEY);
    expect(await store.read(KEY)).toBeNull();
    // Nor does a copy that was left behind keep the next one from moving.
    await from.insert(KEY, record('c'), TTL);
    expect(await store.move(entry(record('c')))).toBe(true);
    expect(await to.read(KEY)).toBe(record('c'));
  });

  it('leaves nothing that an instance takes for a broken record, and removes', async () => {
    const seen: (string | null)[] = [];
    const watch: RecordStore = {
      read: (key) => to.read(key),
      insert: (key, text, ttl) => {
        seen.push(text);
        return to.insert(key, text, ttl);
      },
      async replace(key, previous, text, ttl) {
        seen.push(await from.read(key));
        return to.replace(key, previous, text, ttl);
      },
      remove: (key) => to.remove(key),
      keysOf: (userId) => to.keysOf(userId),
    };
    await from.insert(KEY, record('a'), TTL);
    await new MovingStore({ from, to: watch, newIn: 'to' }).move(entry());
    expect(seen).toHaveLength(2);
    for (const text of seen) {
      expect(open(text ?? '', KEY, [])).toEqual({ ok: false, reason: 'unknown_key' });
    }
  });

  it('takes no session for half ended because it has moved', async () => {
    const withHistory = Object.assign(from, { lastEndedOf: async () => [KEY, 'gone'] });
    await to.insert(KEY, record('a'), TTL);
    store = new MovingStore({ from: withHistory, to, newIn: 'to' });
    expect(await store.lastEndedOf('ada')).toEqual(['gone']);
  });
});

/**
 * All that happens to one session at the same time, in an order that a seed decides: two movers, of
 * which one may stop anywhere and go on when all others are done; somebody who changes it, or ends
 * it; somebody who looks.
 */
async function playAtOnce(seed: number) {
  let state = seed;
  const random = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const waiting: { who: string; go: () => void }[] = [];
  const [from, to] = [memory(), memory()];
  /** Each call of each actor waits for its turn. */
  const storeOf = (who: string) => {
    const turns = (store: RecordStore): RecordStore => {
      const turn = () => new Promise<void>((go) => waiting.push({ who, go }));
      return {
        read: (key) => turn().then(() => store.read(key)),
        insert: (...all) => turn().then(() => store.insert(...all)),
        replace: (...all) => turn().then(() => store.replace(...all)),
        remove: (key) => turn().then(() => store.remove(key)),
        keysOf: (...all) => turn().then(() => store.keysOf(...all)),
      };
    };
    return {
      store: new MovingStore({ from: turns(from), to: turns(to), newIn: 'to' }),
      from: turns(from),
    };
  };

  const faults: string[] = [];
  let newest = 0;
  let isEnded = false;
  const startedEnding = { yet: false };
  await from.insert(KEY, record(0), TTL);

  const mover = (who: string) => async () => {
    const { store, from: own } = storeOf(who);
    for (;;) {
      const found = await own.read(KEY);
      if (found === null) return;
      if (await store.move({ key: KEY, record: found, ttlMs: TTL }, 'ada')) return;
    }
  };
  const user = async () => {
    const { store } = storeOf('user');
    for (let turn = 0; turn < 2; turn++) {
      for (let tries = 0; ; tries++) {
        const found = await store.read(KEY);
        if (found === null) return void faults.push('lost before a change');
        if (await store.replace(KEY, found, record(newest + 1), TTL)) break;
        if (tries > 20) return void faults.push('never changed');
      }
      newest += 1;
    }
    if (random(2) === 0) return;
    startedEnding.yet = true;
    await store.remove(KEY);
    isEnded = true;
  };
  const reader = async () => {
    const { store } = storeOf('reader');
    for (let turn = 0; turn < 6; turn++) {
      const [wasEnded, wasNewest] = [isEnded, newest];
      const found = await store.read(KEY);
      const name = found === null ? undefined : Number(found.split('.').at(-1));
      if (wasEnded && name !== undefined) faults.push('seen after its end');
      if (name === undefined && !startedEnding.yet) faults.push('not seen');
      if (name !== undefined && name < wasNewest) faults.push(`seen as ${name}, not ${wasNewest}`);
    }
  };

  let frozen = random(3) === 0 ? undefined : 'frozen mover';
  const freezeAfter = random(12);
  let turns = 0;
  let running = 4;
  const actors = [mover('mover'), mover('frozen mover'), user, reader];
  const all = Promise.all(
    actors.map(async (act) => {
      await act();
      running -= 1;
    }),
  );
  while (running > 0) {
    await new Promise((resolve) => setImmediate(resolve));
    const awake = waiting.filter(({ who }) => turns < freezeAfter || who !== frozen);
    const next = awake[random(awake.length)];
    if (!next) frozen = undefined; // all others are done
    if (!next) continue;
    waiting.splice(waiting.indexOf(next), 1);
    next.go();
    turns += 1;
  }
  await all;
  const last = new MovingStore({ from, to, newIn: 'to' });
  const wanted = isEnded ? null : record(newest);
  if ((await last.read(KEY)) !== wanted) faults.push(`at last ${await last.read(KEY)}`);
  if ((await from.read(KEY)) !== null) faults.push('not moved');
  return faults;
}

it('#29 #71 whatever comes in between, no session is lost, brought back, or shown as it was', async () => {
  for (let seed = 1; seed <= 5000; seed++)
    expect(await playAtOnce(seed), `seed ${seed}`).toEqual([]);
});
