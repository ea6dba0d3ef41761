import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { keysFrom } from '../test/support.ts';
import { sign, verify } from './express/cookie-signature.ts';
import { findSessionCookie, withoutCookie } from './session-cookie.ts';
import { newSessionId } from './session-id.ts';

// The very parser that express-session reads the header with, after us.
const expressSession = createRequire(import.meta.url).resolve('express-session');
const { parse } = createRequire(expressSession)('cookie') as {
  parse(header: string): Record<string, string | undefined>;
};

describe('the session cookie in a header', () => {
  it.each([
    [undefined, 'none'],
    ['', 'none'],
    [';;; ;', 'none'],
    ['sid', 'none'],
    ['SID=x', 'none'],
    ['xsid=x; sidx=x', 'none'],
    ['a=sid=x', 'none'],
    ['=sid', 'none'],
    ['__proto__=x; constructor=x; toString=x', 'none'],
    ['sid=x', 'one'],
    ['sid=', 'one'],
    ['a=b;sid=x;c', 'one'],
    ['  sid\t=\tx  ', 'one'],
    ['sid=x=y', 'one'],
    ['sid=x; sid=x', 'several'],
    ['sid=x; sid=', 'several'],
    ['sid=x;sid =y', 'several'],
    ['sid=x; a=b; \tsid=y', 'several'],
    ['sid=x; SID=y; sid=z', 'several'],
  ])('%j: %s', (header, kind) => {
    expect(findSessionCookie(header, 'sid').kind).toBe(kind);
  });

  it('is decoded once, and left as it is when it cannot be', () => {
    const value = (header: string) => {
      const found = findSessionCookie(header, 'sid');
      return found.kind === 'one' ? found.value : found.kind;
    };
    expect(value('sid=s%3Aabc.d%2Be')).toBe('s:abc.d+e');
    expect(value('sid=%2541')).toBe('%41');
    expect(value('sid=%zz%41')).toBe('%zz%41');
    expect(value('sid=%E0%A4%A')).toBe('%E0%A4%A');
    expect(value('sid="x"')).toBe('"x"');
    expect(value('sid=x=y')).toBe('x=y');
  });

  it('can be taken out, and the others stay', () => {
    expect(withoutCookie('a=1; sid=x; b=2; sid =y', 'sid')).toBe('a=1; b=2');
    expect(withoutCookie('sid=x', 'sid')).toBeUndefined();
    expect(withoutCookie(undefined, 'sid')).toBeUndefined();
    expect(withoutCookie('a=1; b', 'sid')).toBe('a=1');
    expect(withoutCookie('a="1 2"; b=%zz=', 'sid')).toBe('a="1 2"; b=%zz=');
  });
});

describe('express-session, which reads the header with another parser', () => {
  const keys = keysFrom();
  const [ours, theirs] = [newSessionId(), newSessionId()];
  const cookies = [ours, theirs].map((id) => sign(id, keys.cookie[0]));
  const name = 'sid';

  /** What the guard does with a header, and whom express-session sees afterwards. */
  function seen(header: string): { guard: string | undefined; expressSession: string | undefined } {
    const found = findSessionCookie(header, name);
    const guard = found.kind === 'one' ? verify(found.value, keys.cookie)?.id : undefined;
    const passed = guard || found.kind === 'none' ? header : withoutCookie(header, name);
    const raw = parse(passed ?? '')[name];
    return { guard, expressSession: verify(raw ?? '', keys.cookie)?.id };
  }

  it('never sees a session that the guard did not see, in 20 000 odd headers', () => {
    const pieces = [
      ...cookies,
      ...cookies.map(encodeURIComponent),
      ...['sid', 'sid', 'sid', 'Sid', '__proto__', 'a', '', '%73id', '"', '%22', '%', '%00', 's:'],
      ...['=', '=', '=', ';', ';', '; ', ',', ' ', '\t', '\v', '\f', '\u00a0', '\u0085', '\ufeff'],
    ];
    // A small generator with a fixed seed: a failure can be repeated.
    let state = 1;
    const next = (below: number) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    let [agreed, refused] = [0, 0];
    for (let count = 0; count < 20_000; count++) {
      const pick = () => pieces[next(pieces.length)] ?? '';
      const loose = Array.from({ length: 1 + next(12) }, pick).join('');
      const noise = () => (next(3) === 0 ? pick() : '');
      const value = () => cookies[next(2)] ?? '';
      const shaped = `${noise()}sid${noise()}=${noise()}${next(2) ? value() : pick()}${noise()}`;
      const header = count % 2 ? loose : [shaped, next(2) ? loose : shaped].join(';');
      const { guard, expressSession } = seen(header);
      if (expressSession !== undefined) {
        expect(guard, JSON.stringify(header)).toBe(expressSession);
        agreed++;
      } else {
        refused++;
      }
    }
    expect(agreed).toBeGreaterThan(500);
    expect(refused).toBeGreaterThan(1000);
  });

  it.each([
    ['two, of which one has a space before the equals sign', (a: string) => `sid =${a}; sid=x`],
    ['two, of which one begins after a no-break space', (a: string) => `\u00a0sid=x; sid=${a}`],
    ['one in quotes', (a: string) => `sid="${a}"`],
    ['one in quotes beside a plain one', (a: string, b: string) => `sid="${a}"; sid=${b}`],
    ['one after a nameless one', (a: string, b: string) => `=sid=${b}; sid=${a}; sid=x`],
    ['one inside the value of another cookie', (a: string) => `a=sid=${a}`],
  ])('sees at most what the guard saw: %s', (_what, header) => {
    const [a = '', b = ''] = cookies;
    const { guard, expressSession } = seen(header(a, b));
    expect(expressSession).toBe(guard);
    expect(expressSession).toBeUndefined();
  });
});
