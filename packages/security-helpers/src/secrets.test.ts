import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseSecrets, SecretError } from './secrets.ts';

const good = randomBytes(32);
const refusal = (text: string | undefined): string => {
  try {
    parseSecrets(text);
  } catch (error) {
    if (error instanceof SecretError) return error.message;
    throw error;
  }
  throw new Error('was accepted');
};

describe('a secret', () => {
  it.each(['hex', 'base64', 'base64url'] as const)('is read as %s', (encoding) => {
    expect(parseSecrets(good.toString(encoding))).toEqual([good]);
  });

  it('is read in upper-case hex, and without the padding of base64', () => {
    expect(parseSecrets(good.toString('hex').toUpperCase())).toEqual([good]);
    expect(parseSecrets(good.toString('base64').replace('=', ''))).toEqual([good]);
  });

  it('may have spaces around it, as in a .env file written by hand', () => {
    const older = randomBytes(48);
    const text = ` ${good.toString('hex')} ,\t${older.toString('base64url')}\n`;
    expect(parseSecrets(text)).toEqual([good, older]);
  });

  it('is never refused when it is random: 2000 of them, in each notation', () => {
    for (let count = 0; count < 2000; count++) {
      const bytes = randomBytes(32 + (count % 33));
      for (const encoding of ['hex', 'base64', 'base64url'] as const) {
        expect(parseSecrets(bytes.toString(encoding))).toEqual([bytes]);
      }
    }
  });

  it('has to be 32 bytes: 31 are refused', () => {
    const short = randomBytes(31);
    expect(refusal(short.toString('hex'))).toMatch(/shorter than 32 bytes/);
    expect(refusal(short.toString('base64'))).toMatch(/shorter than 32 bytes/);
    expect(refusal(short.toString('base64url'))).toMatch(/shorter than 32 bytes/);
  });

  it('has to have 10 different bytes: 9 are refused', () => {
    const of = (different: number) =>
      Buffer.from(Array.from({ length: 32 }, (_, index) => 7 * (index % different)));
    expect(parseSecrets(of(10).toString('hex'))).toEqual([of(10)]);
    expect(refusal(of(9).toString('hex'))).toMatch(/is not random/);
  });

  it.each([
    ['nothing', undefined, /is missing/],
    ['empty', '', /is missing/],
    ['blank', '  ', /is missing/],
    ['only commas', ' , ,', /is missing/],
    ['an empty one in a list', `${good.toString('hex')},`, /Secret 2 of 2 .* is empty/],
    ['keyboard cat', 'keyboard cat', /placeholder/],
    ['a placeholder of the right length', 'ChangeMe_'.repeat(6), /placeholder/],
    ['a placeholder in a good one', `replace${good.toString('base64url')}`, /placeholder/],
    ['text with spaces', 'correct horse battery staple, '.repeat(3), /neither hex nor base64/],
    ['quoted', `"${good.toString('hex')}"`, /neither hex nor base64/],
    ['padding in the middle', `${good.toString('base64')}AAAA`, /neither hex nor base64/],
    ['one byte again and again', 'ab'.repeat(32), /is not random/],
    ['the same twice', `${good.toString('hex')},${good.toString('hex')}`, /same secret twice/],
    [
      'the same in two notations',
      `${good.toString('hex')},${good.toString('base64url')}`,
      /same secret twice/,
    ],
  ])('that is %s is refused in one sentence, without its value', (_what, text, why) => {
    const message = refusal(text);
    expect(message).toMatch(why);
    expect(message).toContain('SESSION_SECRET');
    expect(message).not.toContain('\n');
    for (const part of (text ?? '').split(',')) {
      const value = part.trim();
      if (value) expect(message).not.toContain(value);
    }
  });

  it('is named by its position when there are several', () => {
    const list = `${good.toString('hex')},short,${randomBytes(32).toString('hex')}`;
    expect(refusal(list)).toMatch(/^Secret 2 of 3 in SESSION_SECRET is shorter/);
  });

  it('says how to make one, with a command whose output is accepted', () => {
    const message = refusal('');
    expect(message).toContain("randomBytes(48).toString('base64url')");
    expect(() => parseSecrets(randomBytes(48).toString('base64url'))).not.toThrow();
  });
});
