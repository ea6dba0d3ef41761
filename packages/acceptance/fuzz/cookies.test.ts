// Cookies that nobody of good will would send: forged, damaged, several, enormous.
import fc from 'fast-check';
import { deriveKeys, newSessionId, parseSecrets } from 'security-helpers';
import { describe, expect, it } from 'vitest';
import { NEXT_SECRET, SECRET } from '../src/target.ts';
import { examples, exchange, expectSane, forAll, fuzzBefore, headerText } from './support.ts';

const keyOf = (secret: string) => deriveKeys(parseSecrets(secret)).cookie[0];

describe.each(examples)('%s', (_name, target) => {
  const test = fuzzBefore(target);

  it('#3 #20 #21 no cookie but the one that was set opens a session, and none costs anything', async () => {
    const live = await test.ada.cookieHeader();
    const names = target.cookies.names('sid');
    const profiles: number[] = [];

    const signed = fc
      .tuple(
        fc.constantFrom(SECRET, NEXT_SECRET),
        fc.oneof(headerText(60), fc.constant(null).map(newSessionId)),
      )
      .map(([secret, id]) => target.cookies.signed('sid', id, keyOf(secret)));
    const cookies = fc.oneof(
      { weight: 6, arbitrary: damaged(live) },
      { weight: 2, arbitrary: signed },
      { weight: 2, arbitrary: headerText(400) },
      fc.tuple(fc.constantFrom(...names), headerText(200)).map((pair) => pair.join('=')),
      fc.integer({ min: 4000, max: 40_000 }).map((size) => `sid=s%3A${'a'.repeat(size)}`),
      fc.integer({ min: 2, max: 400 }).map((count) => Array(count).fill(live).join('; ')),
    );
    const requests = fc.record({
      cookies: fc.array(fc.oneof(cookies, fc.constant(live)), { minLength: 1, maxLength: 3 }),
      lines: fc.boolean(),
      route: fc.constantFrom('GET /profile', 'GET /profile', 'GET /', 'GET /cart', 'POST /logout'),
    });

    await forAll(requests, async ({ cookies: all, lines, route }) => {
      const values = lines ? all : [all.join('; ')];
      const [method = '', path = ''] = route.split(' ');
      const before = await test.records();
      const answer = await exchange(test.url, {
        method,
        path,
        headers: [['host', 'x'], ...values.map((value) => ['cookie', value] as const)],
      });
      await expectSane(test, before, answer);
      expect(await test.records()).toBe(before);
      if (path !== '/profile') return;
      const [status = 400] = answer.statuses;
      profiles.push(status);
      // Node joins several lines of this header with a semicolon.
      if (status === 200) expect(isTheOne(values.join('; '), live, names)).toBe(true);
      else expect([400, 401, 431]).toContain(status);
    });
    expect(profiles).toEqual(expect.arrayContaining([200, 401]));
    await test.expectHonestService();
  });
});

/** A cookie that was good once, with a change or three. */
function damaged(live: string): fc.Arbitrary<string> {
  const change = fc.tuple(
    fc.nat(live.length),
    fc.constantFrom('cut', 'drop', 'put', 'replace', 'case', 'percent', 'quote'),
    headerText(1),
  );
  return fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) =>
    changes.reduce((text, [at, how, by]) => {
      const [head, here, tail] = [text.slice(0, at), text.charAt(at), text.slice(at + 1)];
      switch (how) {
        case 'cut':
          return head;
        case 'drop':
          return head + tail;
        case 'put':
          return head + by + here + tail;
        case 'replace':
          return head + by + tail;
        case 'case':
          return (
            head + (here === here.toLowerCase() ? here.toUpperCase() : here.toLowerCase()) + tail
          );
        case 'percent':
          return here ? `${head}%${here.charCodeAt(0).toString(16).padStart(2, '0')}${tail}` : text;
        default:
          return text.replace(/=([^;]*)/, '="$1"');
      }
    }, live),
  );
}

/** Whether each cookie of a session is there once, and says what was once set. */
function isTheOne(header: string, live: string, names: readonly string[]): boolean {
  const read = (text: string) =>
    text
      .split(';')
      .filter((pair) => pair.includes('=')) // the others are values without a name
      .map((pair) => pair.split(/=(.*)/s).map((part) => part.trim()))
      .filter(([name = '']) => names.includes(name))
      .map(([name, value = '']) => `${name}=${decoded(value)}`)
      .sort();
  return read(header).join('\n') === read(live).join('\n');
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
