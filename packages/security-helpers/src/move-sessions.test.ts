import { randomBytes } from 'node:crypto';
import { beforeEach, expect, it } from 'vitest';
import { systemClock } from './clock.ts';
import type { SealKey } from './keys.ts';
import { MemoryStore } from './memory-store.ts';
import { moveSessions } from './move-sessions.ts';
import { MovingStore } from './moving-store.ts';
import type { Entry } from './record-store.ts';
import { seal } from './seal.ts';

const TTL = 60_000;
const key = (id: string): SealKey => ({ id, key: randomBytes(32) });
const [known, unknown] = [key('known___'), key('unknown_')];
const names = Array.from({ length: 120 }, (_, n) => `session-${n}`);

let from: MemoryStore;
let to: MemoryStore;
let store: MovingStore;

beforeEach(() => {
  [from, to] = [1, 2].map(() => new MemoryStore({ clock: systemClock, sweepMs: TTL })) as [
    MemoryStore,
    MemoryStore,
  ];
  store = new MovingStore({ from, to, newIn: 'to' });
});

async function* entries(): AsyncGenerator<Entry> {
  for (const name of names) {
    const record = await from.read(name);
    if (record !== null) yield { key: name, record, ttlMs: TTL };
  }
}

const fill = async (sealKey: SealKey, some = names) => {
  for (const [number, name] of some.entries()) {
    const user = number % 2 === 0 ? { userId: 'ada' } : {};
    await from.insert(name, seal(JSON.stringify(user), name, sealKey), TTL);
  }
};

it('moves all, each to its user, and says how far it is', async () => {
  await fill(known);
  const heard: number[] = [];
  const moved = await moveSessions(store, entries, [known], (count) => heard.push(count));
  expect(moved).toEqual({ moved: names.length, unreadable: 0, left: 0 });
  expect(heard).toEqual([50, 100, 120]);
  expect([from.size, to.size]).toEqual([0, names.length]);
  expect(await to.keysOf('ada')).toHaveLength(names.length / 2);
});

it('goes on where another one has stopped', async () => {
  await fill(known);
  // It had put its notes there when it was killed.
  const { remove } = from;
  from.remove = () => Promise.reject(new Error('killed'));
  await expect(moveSessions(store, entries, [known])).rejects.toThrow('killed');
  from.remove = remove;
  expect([from.size, to.size].every((size) => size > 0)).toBe(true);
  expect(await moveSessions(store, entries, [known])).toMatchObject({ left: 0 });
  expect([from.size, to.size]).toEqual([0, names.length]);
});

it('leaves what no secret opens, and what has another record in its place; and ends', async () => {
  await fill(unknown, names.slice(0, 3));
  await fill(known, names.slice(3, 5));
  await to.insert('session-3', 'another', TTL);
  const moved = await moveSessions(store, entries, [known]);
  expect(moved).toEqual({ moved: 1, unreadable: 3, left: 1 });
  expect(await to.read('session-3')).toBe('another');
});
