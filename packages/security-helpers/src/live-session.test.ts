import { describe, expect, it } from 'vitest';
import { carriedOver, isUnchanged, takeOver, toSend } from './live-session.ts';

const saved = { handle: 'h', createdAt: 1, lastSeenAt: 5 };

describe('what passes through a login', () => {
  const cart = ['apple'];

  it('is what is listed and there', () => {
    expect(carriedOver({ cart, seen: 1 }, 'ada', ['cart', 'theme'])).toEqual({ cart });
    expect(carriedOver({ cart }, 'ada', [])).toEqual({});
  });

  it('is nothing of another user, and everything listed of the same', () => {
    expect(carriedOver({ cart, userId: 'ada' }, 'ada', ['cart'])).toEqual({ cart });
    expect(carriedOver({ cart, userId: 'grace' }, 'ada', ['cart'])).toEqual({});
  });
});

describe('a live session', () => {
  it('is unchanged only while it is, to the last element, what the store holds', () => {
    const stored = { key: '', fields: { ...saved, cart: ['a'] }, envelope: '', keyIndex: 0 };
    expect(isUnchanged({ ...saved, cart: ['a'] }, stored)).toBe(true);
    expect(isUnchanged({ ...saved, cart: ['a', 'b'] }, stored)).toBe(false);
    expect(isUnchanged(saved, stored)).toBe(false);
    expect(isUnchanged({}, undefined)).toBe(false);
  });

  it('is sent as a copy, with a handle and its times if it has none', () => {
    const cart = ['a'];
    const sent = toSend({ cart }, 7) as unknown as { cart: string[] };
    cart.push('b');
    expect(sent).toEqual({
      handle: expect.stringMatching(/^[\w-]{22}$/),
      createdAt: 7,
      lastSeenAt: 7,
      cart: ['a'],
    });
    expect(toSend({ ...saved }, 7)).toEqual(saved);
  });

  it('gets what the store has added, and keeps what was changed meanwhile', () => {
    const list = ['a'];
    const live = { list, cart: ['changed meanwhile'], lastSeenAt: 1 };
    const sent = { ...saved, lastSeenAt: 1, list: ['a'], cart: [] };
    takeOver(live, sent, { ...saved, list: ['a'], cart: [] });
    expect(live).toEqual({ ...saved, list: ['a'], cart: ['changed meanwhile'] });
    expect(live.list).toBe(list);
  });

  it('loses what another request has deleted, unless it was changed here meanwhile', () => {
    const live: object = { ...saved, theme: 'dark', cart: ['changed meanwhile'] };
    takeOver(live, { ...saved, theme: 'dark', cart: ['a'] } as never, saved);
    expect(live).toEqual({ ...saved, cart: ['changed meanwhile'] });
  });
});
