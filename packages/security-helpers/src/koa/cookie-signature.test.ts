import Keygrip from 'keygrip';
import { describe, expect, it } from 'vitest';
import { keysFrom, newSecret } from '../../test/support.ts';
import { newSessionId } from '../session-id.ts';
import { sign, verify } from './cookie-signature.ts';

const keys = keysFrom(newSecret(), newSecret()).cookie;
const keygrip = new Keygrip(keys, 'sha256');

describe('the signature of a cookie', () => {
  it('is that of Keygrip with SHA-256, for every id', () => {
    for (let count = 0; count < 200; count++) {
      const id = newSessionId();
      expect(sign('sid', id, keys[0])).toBe(keygrip.sign(`sid=${id}`));
      expect(keygrip.index(`sid=${id}`, sign('sid', id, keys[1] ?? ''))).toBe(1);
    }
  });

  it('tells which key it was made with', () => {
    const id = newSessionId();
    for (const [keyIndex, key] of keys.entries()) {
      expect(verify('sid', { id, signature: sign('sid', id, key) }, keys)).toEqual({
        id,
        keyIndex,
      });
    }
  });

  it('counts for one name, one id and our keys only', () => {
    const id = newSessionId();
    const signature = sign('sid', id, keys[0]);
    expect(verify('__Host-sid', { id, signature }, keys)).toBeUndefined();
    expect(verify('sid', { id: newSessionId(), signature }, keys)).toBeUndefined();
    expect(verify('sid', { id, signature }, keysFrom().cookie)).toBeUndefined();
    for (const wrong of [
      '',
      signature.slice(1),
      `${signature}=`,
      ` ${signature}`,
      'ä'.repeat(43),
    ]) {
      expect(verify('sid', { id, signature: wrong }, keys), wrong).toBeUndefined();
    }
  });

  it('does not make an id of anything else, however well signed', () => {
    for (const id of ['', '*', '__proto__', `${newSessionId()}x`]) {
      expect(verify('sid', { id, signature: sign('sid', id, keys[0]) }, keys), id).toBeUndefined();
    }
  });

  it('by the default of Koa, SHA-1, is none of ours', () => {
    const id = newSessionId();
    const signature = new Keygrip(keys).sign(`sid=${id}`);
    expect(verify('sid', { id, signature }, keys)).toBeUndefined();
  });
});
