import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { keysFrom } from '../test/support.ts';
import { open, seal } from './seal.ts';
import { newSessionId, storeKey } from './session-id.ts';

const { seal: keys } = keysFrom();
const [key] = keys;
const at = storeKey(newSessionId());
const text = JSON.stringify({ cart: ['Ünïcödé 🍎', 'x'], createdAt: 1 });
const envelope = seal(text, at, key);
const parts = envelope.split('.') as [version: string, id: string, nonce: string, body: string];
const refused = { ok: false, reason: 'not_authentic' };

/** The envelope with one of its parts changed. */
function changed(index: number, part: string): string {
  return parts.map((old, position) => (position === index ? part : old)).join('.');
}

describe('a sealed record', () => {
  it('opens to the letter, in its place and with its key', () => {
    expect(open(envelope, at, keys)).toEqual({ ok: true, text, keyIndex: 0 });
    expect(open(seal('', at, key), at, keys)).toEqual({ ok: true, text: '', keyIndex: 0 });
  });

  it('is another one each time: 1000 seals, 1000 nonces', () => {
    const nonces = Array.from({ length: 1000 }, () => seal(text, at, key).split('.')[2]);
    expect(new Set(nonces).size).toBe(1000);
    for (const nonce of nonces) expect(Buffer.from(nonce ?? '', 'base64url').length).toBe(12);
  });

  it('opens with an older key, and says which', () => {
    const both = [...keysFrom().seal, key];
    expect(open(envelope, at, both)).toEqual({ ok: true, text, keyIndex: 1 });
  });

  it('is worthless after any bit of nonce, ciphertext or tag was flipped', () => {
    for (const index of [2, 3]) {
      const bytes = Buffer.from(parts[index] ?? '', 'base64url');
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const forged = Buffer.from(bytes);
        forged.writeUInt8(forged.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        const opened = open(changed(index, forged.toString('base64url')), at, keys);
        expect(opened, `part ${index}, bit ${bit}`).toEqual(refused);
      }
    }
  });

  it('is worthless after any character of its text was changed', () => {
    for (let position = 0; position < envelope.length; position++) {
      for (const character of 'A9-_.=!\n') {
        const forged = envelope.slice(0, position) + character + envelope.slice(position + 1);
        if (forged === envelope) continue;
        const opened = open(forged, at, keys);
        // base64 ends in a character of which some bits do not count.
        if (opened.ok) expect([opened.text, position]).toEqual([text, envelope.length - 1]);
      }
    }
  });

  it('is worthless when cut short', () => {
    const bytes = Buffer.from(parts[3], 'base64url');
    for (let length = 0; length < bytes.length; length++) {
      const body = bytes.subarray(0, length).toString('base64url');
      expect(open(changed(3, body), at, keys), `${length} bytes`).toEqual(refused);
    }
  });

  it('is worthless with a tag that was cut short, as Node takes it if one lets it', () => {
    const [, , nonce = '', tag = ''] = seal('', at, key).split('.');
    const bytes = Buffer.from(tag, 'base64url');
    expect(bytes.length).toBe(16);
    for (const length of [4, 8, 12, 13, 14, 15]) {
      const cut = bytes.subarray(0, length).toString('base64url');
      expect(open(`v1.${key.id}.${nonce}.${cut}`, at, keys), `${length} bytes`).toEqual(refused);
    }
  });

  it('is worthless under another store key', () => {
    expect(open(envelope, storeKey(newSessionId()), keys)).toEqual(refused);
    expect(open(envelope, '', keys)).toEqual(refused);
    expect(open(envelope, `${at} `, keys)).toEqual(refused);
  });

  it('is of an unknown key when it names another, and of none that only took its name', () => {
    const [foreign] = keysFrom().seal;
    const unknown = { ok: false, reason: 'unknown_key' };
    expect(open(envelope, at, [foreign])).toEqual(unknown);
    expect(open(changed(1, foreign.id), at, keys)).toEqual(unknown);
    // The name is part of what is authenticated: our key under another name opens nothing.
    const renamed = { id: foreign.id, key: key.key };
    expect(open(changed(1, foreign.id), at, [renamed])).toEqual(refused);
    expect(open(seal(text, at, { id: key.id, key: foreign.key }), at, keys)).toEqual(refused);
  });

  it.each([
    ['nothing', ''],
    ['dots', '...'],
    ['its version alone', 'v1'],
    ['its first half', `v1.${key.id}`],
    ['empty parts', `v1.${key.id}..`],
    ['what is not base64', `v1.${key.id}.!!!!.!!!!`],
    ['another version', `v2.${parts.slice(1).join('.')}`],
    ['another spelling of the version', `V1.${parts.slice(1).join('.')}`],
    ['one part more', `${envelope}.${parts[3]}`],
    ['an empty part more', `${envelope}.`],
    ['a space in front', ` ${envelope}`],
    ['JSON', '{"cookie":{}}'],
  ])('is not %s', (_what, forged) => {
    expect(open(forged, at, keys)).toEqual(refused);
  });
});
