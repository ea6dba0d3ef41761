import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { csrfToken, isCsrfToken } from './csrf.ts';
import { sign, verify } from './express/cookie-signature.ts';
import { deriveKeys, equalInConstantTime, mac } from './keys.ts';
import { newHandle, newSessionId } from './session-id.ts';

const secret = randomBytes(32);

it('gives each purpose a key of its own', () => {
  const { cookie, seal, csrf, audit, throttle } = deriveKeys([secret]);
  const all = [
    secret.toString('base64url'),
    cookie[0],
    seal[0].key.toString('base64url'),
    csrf[0].toString('base64url'),
    audit.toString('base64url'),
    throttle.toString('base64url'),
  ];
  expect(new Set(all).size).toBe(all.length);
  for (const key of all) expect(Buffer.from(key, 'base64url').length).toBe(32);
  expect(all.some((key) => key.startsWith(seal[0].id))).toBe(false);
});

it('gives the same keys for the same secret, in every process', () => {
  expect(deriveKeys([Buffer.from(secret)])).toEqual(deriveKeys([secret]));
  // A changed label would log everybody out at the next deployment.
  const fixed = deriveKeys([Buffer.alloc(32, 'session lab')]);
  expect(fixed.cookie[0]).toBe('8maTNA1jD8Yt7R54piyAtoXMLyj-Y6UqPjCm-jYjO6U');
  expect(fixed.seal[0].id).toBe('A_DyT8oH');
});

it('keeps the order of the secrets, and the audit key of the newest', () => {
  const [newer, older] = [deriveKeys([randomBytes(32)]), deriveKeys([secret])];
  const other = randomBytes(32);
  const both = deriveKeys([other, secret]);
  expect(both.cookie).toEqual([deriveKeys([other]).cookie[0], older.cookie[0]]);
  expect(both.seal.map(({ id }) => id)).toEqual([deriveKeys([other]).seal[0].id, older.seal[0].id]);
  expect(both.csrf[1]).toEqual(older.csrf[0]);
  expect(both.audit).toEqual(deriveKeys([other]).audit);
  expect(newer.seal[0].id).not.toBe(older.seal[0].id);
});

it('makes CSRF tokens that are no cookie signatures, and the other way round', () => {
  const keys = deriveKeys([secret]);
  const id = newSessionId();
  const token = csrfToken(keys, id);
  const standard = Buffer.from(token, 'base64url').toString('base64').replace('=', '');
  expect(verify(`s:${id}.${standard}`, keys.cookie)).toBeUndefined();

  const handle = newHandle();
  const signature = mac(keys.cookie[0], handle).toString('base64url');
  expect(isCsrfToken(keys, handle, signature)).toBe(false);
  expect(verify(sign(id, keys.cookie[0]), keys.cookie)).toEqual({ id, keyIndex: 0 });
});

it('compares by content and length', () => {
  expect(equalInConstantTime(Buffer.from('same'), Buffer.from('same'))).toBe(true);
  expect(equalInConstantTime(Buffer.from('same'), Buffer.from('sama'))).toBe(false);
  expect(equalInConstantTime(Buffer.from('same'), Buffer.from('samesame'))).toBe(false);
  expect(equalInConstantTime(Buffer.alloc(0), Buffer.from('x'))).toBe(false);
});
