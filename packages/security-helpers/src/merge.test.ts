import { describe, expect, it } from 'vitest';
import { merge, SessionChangedError } from './merge.ts';

const loaded = { theme: 'light', cart: ['a'], step: 1 };

describe('what two requests have made of one session', () => {
  it.each([
    ['different keys', { ...loaded, theme: 'dark' }, { ...loaded, step: 2 }],
    ['the same, both', { ...loaded, theme: 'dark' }, { ...loaded, theme: 'dark', step: 2 }],
    ['nothing, one of them', loaded, { ...loaded, theme: 'dark', step: 2 }],
  ])('is merged: %s', (_, ours, theirs) => {
    const merged = merge(loaded, ours, theirs);
    expect(merged).toEqual({ ...loaded, theme: merged.theme, step: merged.step });
    expect([merged.theme, merged.step]).toEqual(['dark', 2]);
  });

  it.each([
    ['another value', { theme: 'dark' }, { theme: 'blue' }],
    ['a list, which is never merged', { cart: ['a', 'b'] }, { cart: ['a', 'c'] }],
    ['gone here, another value there', { cart: undefined }, { cart: ['a', 'c'] }],
    ['another value here, gone there', { cart: ['a', 'b'] }, { cart: undefined }],
    ['new on both sides', { added: 1 }, { added: 2 }],
  ])('is a conflict: %s', (_, ours, theirs) => {
    const both = () => merge(loaded, { ...loaded, ...ours }, { ...loaded, ...theirs });
    expect(both).toThrow(SessionChangedError);
  });

  it('leaves a key away that one of them has deleted', () => {
    const { step: _step, ...without } = loaded;
    expect(merge(loaded, without, { ...loaded, theme: 'dark' })).toEqual({
      ...without,
      theme: 'dark',
    });
    expect(merge(loaded, { ...loaded, theme: 'dark' }, without)).toEqual({
      ...without,
      theme: 'dark',
    });
    expect(merge(loaded, without, without)).toEqual(without);
  });

  it('takes no name for one of its own', () => {
    const changed = { ...loaded, constructor: 'x', ...JSON.parse('{"__proto__":{"admin":true}}') };
    const merged = merge(loaded, changed, loaded);
    expect(Object.keys(merged).sort()).toEqual(Object.keys(changed).sort());
    expect(Reflect.get(merged, 'admin')).toBeUndefined();
  });
});
