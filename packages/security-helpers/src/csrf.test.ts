import { expect, it } from 'vitest';
import { keysFrom, newSecret } from '../test/support.ts';
import { csrfToken, isCsrfToken } from './csrf.ts';
import { newHandle } from './session-id.ts';

const keys = keysFrom();
const handle = newHandle();
const token = csrfToken(keys, handle);

it('a token is for one session, and the same at each look', () => {
  expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(csrfToken(keys, handle)).toBe(token);
  expect(isCsrfToken(keys, handle, token)).toBe(true);
  expect(isCsrfToken(keys, newHandle(), token)).toBe(false);
  expect(isCsrfToken(keysFrom(), handle, token)).toBe(false);
});

it('a token of an older secret is still good, new ones are made by the newest', () => {
  const [older, newer] = [newSecret(), newSecret()];
  const before = csrfToken(keysFrom(older), handle);
  const both = keysFrom(newer, older);
  expect(isCsrfToken(both, handle, before)).toBe(true);
  expect(csrfToken(both, handle)).toBe(csrfToken(keysFrom(newer), handle));
  expect(isCsrfToken(keysFrom(newer), handle, before)).toBe(false);
});

it.each([
  ['nothing', undefined],
  ['null', null],
  ['empty', ''],
  ['true', true],
  ['a list with the token in it', [token]],
  ['an object that reads like the token', { toString: () => token }],
  ['longer', `${token}A`],
  ['shorter', token.slice(0, -1)],
  ['spaced', ` ${token}`],
  ['twice the header, as Node joins it', `${token}, ${token}`],
  ['as long in characters, but not in bytes', `${token.slice(0, -1)}é`],
  ['the handle itself', handle],
])('what is no token is refused: %s', (_what, given) => {
  expect(isCsrfToken(keys, handle, given)).toBe(false);
});
