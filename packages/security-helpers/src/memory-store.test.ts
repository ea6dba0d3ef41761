import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ManualClock, systemClock } from './clock.ts';
import { MemoryStore } from './memory-store.ts';

describe('the memory store', () => {
  let clock: ManualClock;
  let store: MemoryStore;
  beforeEach(() => {
    clock = new ManualClock(0);
    store = new MemoryStore({ clock, sweepMs: 1_000_000 });
  });
  afterEach(() => store.close());

  it('does its work in one tick: nothing comes between a check and its write', async () => {
    const both = [store.insert('k', 'a', 1000), store.insert('k', 'b', 1000)];
    expect(store.size).toBe(1);
    expect(await Promise.all(both)).toEqual([true, false]);

    const removed = store.remove('k');
    expect(store.size).toBe(0);
    const late = store.replace('k', 'a', 'c', 1000);
    expect(store.size).toBe(0);
    expect(await late).toBe(false);
    await removed;

    const order = [store.insert('k', 'd', 1000), store.replace('k', 'd', 'e', 1000)];
    expect(await Promise.all([...order, store.replace('k', 'd', 'f', 1000)])).toEqual([
      true,
      true,
      false,
    ]);
    expect(await store.read('k')).toBe('e');
  });

  it('ends a record to the millisecond, for every method', async () => {
    const reborn = async (use: () => Promise<unknown>) => {
      await store.remove('k');
      await store.insert('k', 'a', 100);
      clock.advance(99);
      expect(await store.read('k')).toBe('a');
      clock.advance(1);
      return use();
    };
    expect(await reborn(() => store.read('k'))).toBeNull();
    expect(await reborn(() => store.replace('k', 'a', 'b', 100))).toBe(false);
    expect(await reborn(() => store.insert('k', 'b', 100))).toBe(true);
  });

  it('counts a time to live from the last write', async () => {
    await store.insert('k', 'a', 100);
    clock.advance(90);
    await store.replace('k', 'a', 'b', 100);
    clock.advance(90);
    await store.replace('k', 'b', 'c', 100);
    clock.advance(99);
    expect(await store.read('k')).toBe('c');
    clock.advance(1);
    expect(await store.read('k')).toBeNull();
  });

  it('takes no name for its own', async () => {
    for (const key of ['__proto__', 'constructor', 'toString', '']) {
      expect(await store.read(key)).toBeNull();
      expect(await store.keysOf(key)).toEqual([]);
      expect(await store.insert(key, 'x', 100)).toBe(true);
      expect(await store.read(key)).toBe('x');
    }
  });

  it('drops what nobody reads any more, and only that, when it sweeps', async () => {
    await store.insert('short', 'a', 100);
    await store.insert('long', 'b', 200);
    clock.advance(100);
    expect(store.size).toBe(2);
    store.sweep();
    expect(store.size).toBe(1);
    expect(await store.read('long')).toBe('b');
  });
});

it('sweeps by itself, until it is closed', async () => {
  vi.useFakeTimers();
  try {
    const store = new MemoryStore({ clock: systemClock, sweepMs: 1000 });
    for (let count = 0; count < 50; count++) await store.insert(`${count}`, 'x', 500);
    expect(store.size).toBe(50);
    vi.advanceTimersByTime(1000);
    expect(store.size).toBe(0);

    await store.insert('k', 'x', 60_000);
    store.close();
    expect(store.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});
