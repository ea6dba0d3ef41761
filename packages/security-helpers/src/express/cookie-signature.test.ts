import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { keysFrom, newSecret } from '../../test/support.ts';
import { newSessionId } from '../session-id.ts';
import { sign, verify } from './cookie-signature.ts';

// The very package that express-session signs with.
const expressSession = createRequire(import.meta.url).resolve('express-session');
const theirs = createRequire(expressSession)('cookie-signature') as {
  sign(value: string, secret: string): string;
  unsign(value: string, secret: string): string | false;
};

const { cookie: keys } = keysFrom();
const [key] = keys;

it('agrees with express-session: 500 cookies in both directions', () => {
  for (let count = 0; count < 500; count++) {
    const id = newSessionId();
    expect(sign(id, key)).toBe(`s:${theirs.sign(id, key)}`);
    expect(theirs.unsign(sign(id, key).slice(2), key)).toBe(id);
    expect(verify(`s:${theirs.sign(id, key)}`, keys)).toEqual({ id, keyIndex: 0 });
  }
});

it('says which secret signed', () => {
  const id = newSessionId();
  const [older, newer] = [newSecret(), newSecret()];
  const value = sign(id, keysFrom(older).cookie[0]);
  expect(verify(value, keysFrom(newer, older).cookie)).toEqual({ id, keyIndex: 1 });
  expect(verify(value, keysFrom(newer).cookie)).toBeUndefined();
});

it('refuses whatever differs in one character, as express-session does', () => {
  const value = sign(newSessionId(), key);
  for (let position = 0; position < value.length; position++) {
    for (const character of ['A', 'b', '.', ':', '=', ' ', 'é']) {
      const forged = value.slice(0, position) + character + value.slice(position + 1);
      if (forged !== value) expect(verify(forged, keys), forged).toBeUndefined();
    }
  }
  for (const forged of ['', 's:', value.slice(2), ` ${value}`, `${value}=`, `${value}\n`]) {
    expect(verify(forged, keys), forged).toBeUndefined();
  }
});

it('refuses what is signed well, but is no id of ours', () => {
  for (const id of ['', '*', '__proto__', `${newSessionId()}x`, `${newSessionId()}.x`]) {
    expect(verify(`s:${theirs.sign(id, key)}`, keys), id).toBeUndefined();
  }
});
