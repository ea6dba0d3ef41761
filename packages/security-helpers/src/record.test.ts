import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { newFields, recordSchema } from './record.ts';

const schema = recordSchema({ cart: z.array(z.string()).optional() });
const now = Date.UTC(2025, 0);
const anonymous = newFields(now);
const loggedIn = { ...anonymous, userId: 'user-1', authenticatedAt: now };
const accepts = (record: unknown) => schema.safeParse(record).success;

describe('a session record', () => {
  it('begins now, with a handle of its own', () => {
    const { handle, ...times } = anonymous;
    expect(times).toEqual({ createdAt: now, lastSeenAt: now });
    expect(newFields(now).handle).not.toBe(handle);
  });

  it('is anonymous or logged in, with what the application keeps in it', () => {
    expect(schema.parse(anonymous)).toEqual(anonymous);
    expect(schema.parse({ ...loggedIn, cart: ['x'] })).toEqual({ ...loggedIn, cart: ['x'] });
  });

  it('has a user and a login time, or neither', () => {
    expect(accepts({ ...anonymous, userId: 'user-1' })).toBe(false);
    expect(accepts({ ...anonymous, authenticatedAt: now })).toBe(false);
    expect(accepts({ ...loggedIn, userId: undefined })).toBe(false);
  });

  it.each([
    ['no handle', { handle: undefined }],
    ['a handle that is too long', { handle: 'x'.repeat(23) }],
    ['a handle with a line break', { handle: `${'x'.repeat(21)}\n` }],
    ['an id for a handle', { handle: 'x'.repeat(43) }],
    ['a time as text', { lastSeenAt: `${now}` }],
    ['a time with a fraction', { lastSeenAt: now + 0.5 }],
    ['a negative time', { createdAt: -1 }],
    ['no time', { createdAt: undefined }],
    ['a time that is not a number', { createdAt: Number.NaN }],
    ['a time beyond all clocks', { createdAt: Number.POSITIVE_INFINITY }],
    ['a time beyond what numbers can count', { createdAt: 2 ** 53 }],
    ['an empty user', { userId: '' }],
    ['a user that is an object', { userId: { $ne: null } }],
    ['an endless user', { userId: 'x'.repeat(129) }],
    ["the application's key with a wrong value", { cart: 'x' }],
    ["a null for the application's key", { cart: null }],
  ])('with %s is not valid', (_what, fields) => {
    expect(accepts({ ...loggedIn, ...fields })).toBe(false);
  });

  it.each([null, [], 'text', 5, undefined])('is an object: not %j', (record) => {
    expect(accepts(record)).toBe(false);
  });

  it('drops what is not listed, at any depth of the prototype', () => {
    const text = JSON.stringify(loggedIn).slice(1);
    const planted = JSON.parse(
      `{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}},"role":1,${text}`,
    );
    const parsed = schema.parse(planted);
    expect(parsed).toEqual(loggedIn);
    expect(Object.keys(parsed).sort()).toEqual(Object.keys(loggedIn).sort());
    expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
  });

  it("cannot be loosened by the application's own keys", () => {
    const loose = recordSchema({ handle: z.unknown(), userId: z.unknown(), lastSeenAt: z.any() });
    expect(loose.safeParse({ ...loggedIn, handle: 5 }).success).toBe(false);
    expect(loose.safeParse({ ...loggedIn, userId: 5 }).success).toBe(false);
    expect(loose.safeParse({ ...loggedIn, lastSeenAt: 'x' }).success).toBe(false);
  });
});
