import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { inEitherForm, pack, unpack } from './packed-record.ts';
import { seal } from './seal.ts';
import { newSessionId, storeKey } from './session-id.ts';

const key = { id: randomBytes(6).toString('base64url'), key: randomBytes(32) };
const envelope = (text: string) => seal(text, storeKey(newSessionId()), key);

describe('a record as a store keeps it', () => {
  it('is a quarter smaller, and reads the same; every length, every byte', () => {
    for (let length = 0; length < 300; length++) {
      const record = envelope(randomBytes(length).toString('latin1'));
      expect(unpack(pack(record))).toBe(record);
      expect(pack(unpack(pack(record)))).toEqual(pack(record));
    }
    const record = envelope('x'.repeat(688));
    expect(pack(record).length).toBeLessThan(record.length * 0.76);
    expect(pack(record).length).toBe(1 + 6 + 12 + 688 + 16);
  });

  it('stays text when it is no envelope, or none of ours to the letter', () => {
    const record = envelope('{}');
    const last = record.at(-1) === 'A' ? 'B' : 'A';
    for (const text of [
      '',
      'x',
      'lease:abc',
      'v1.moved.AAAAAAAAAAAAAAAA.-',
      `v1.moving.AAAAAAAAAAAAAAAA.${record.replaceAll('.', '~')}`,
      `${record}=`,
      `${record}.x`,
      `${record}\n`,
      `v2${record.slice(2)}`,
      record.replace(/\.[^.]{8}\./, '.short.'),
      'not a record, but 日本語',
    ]) {
      expect(pack(text), text).toEqual(Buffer.from(text));
      expect(unpack(pack(text)), text).toBe(text);
    }
    // Letters that differ in bits which stand for nothing would come back as another text.
    const forged = record.slice(0, -1) + last;
    expect(unpack(pack(forged))).toBe(forged);
  });

  it('cut off or followed by anything, it is read as a record that does not open', () => {
    const bytes = pack(envelope('{}'));
    for (let length = 1; length < bytes.length; length++) {
      expect(unpack(bytes.subarray(0, length))).not.toBe(unpack(bytes));
    }
  });
});

it('is compared as it is written now; only when that is not there, as it was before', async () => {
  const record = envelope('{}');
  const tried = async (record: string, found: Buffer | undefined) => {
    const seen: Buffer[] = [];
    const replaced = await inEitherForm(record, async (stored) => {
      seen.push(stored);
      return found?.equals(stored) ?? false;
    });
    return [replaced, seen.length];
  };
  expect(await tried(record, pack(record))).toEqual([true, 1]);
  expect(await tried(record, Buffer.from(record))).toEqual([true, 2]);
  expect(await tried(record, undefined)).toEqual([false, 2]);
  expect(await tried('a note', undefined)).toEqual([false, 1]);
});
