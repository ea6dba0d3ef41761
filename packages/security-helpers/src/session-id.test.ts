import { expect, it } from 'vitest';
import { isSessionId, newHandle, newSessionId, storeKey } from './session-id.ts';

it('recognizes its own ids, and nothing that is longer, shorter or spelled otherwise', () => {
  for (let count = 0; count < 1000; count++) expect(isSessionId(newSessionId())).toBe(true);
  const id = newSessionId();
  for (const value of [
    '',
    id.slice(1),
    `${id}A`,
    `${id}\n`,
    ` ${id}`,
    `${id.slice(1)}=`,
    `${id.slice(1)}/`,
    `${id.slice(1)}.`,
    `${id.slice(1)}é`,
    `${id.slice(1)}\0`,
    [id],
    { toString: () => id },
    null,
    undefined,
    43,
  ]) {
    expect(isSessionId(value), JSON.stringify(value)).toBe(false);
  }
});

it('keeps a record under a name from which the id cannot be read', () => {
  const id = newSessionId();
  expect(storeKey(id)).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(storeKey(id)).toBe(storeKey(id));
  expect(storeKey(id)).not.toBe(id);
  // Known answer: records must be found again after every change of this file.
  expect(storeKey('A'.repeat(43))).toBe('DwBzhbb51LfusnSGBa_hqYSgo7-j8BTQnip4TOnlzRo');
});

it('gives handles that are no ids', () => {
  const handles = new Set(Array.from({ length: 1000 }, newHandle));
  expect(handles.size).toBe(1000);
  for (const handle of handles) {
    expect(handle).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(isSessionId(handle)).toBe(false);
  }
});
