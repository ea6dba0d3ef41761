// Everything around a body that says where a request comes from, and what it is.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PRODUCTION } from '../src/target.ts';
import {
  examples,
  exchange,
  expectSane,
  forAll,
  fuzzBefore,
  headerText,
  type RawRequest,
} from './support.ts';

const BODY = '{"item":"apple"}';
const CHUNKED = `${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`;

describe.each(examples)('%s', (_name, target) => {
  const test = fuzzBefore(target);

  it('#14 #46 #67 #68 no header lets another site, or plain http, change anything', async () => {
    const own = { development: test.url, production: PRODUCTION.origin };
    const seen = new Set<number>();
    const served = new Set<string>();

    const requests = fc.constantFrom<keyof typeof own>('development', 'production').chain((mode) =>
      fc.record({
        mode: fc.constant(mode),
        method: fc.oneof({ weight: 8, arbitrary: fc.constant('POST') }, methods),
        path: fc.oneof({ weight: 8, arbitrary: fc.constant('/cart') }, paths),
        headers: headersFor(own[mode]),
        framing,
      }),
    );

    await forAll(requests, async ({ mode, method, path, headers, framing: [lines, body] }) => {
      const all = [...headers, ...lines];
      const url = mode === 'production' ? test.production.url : test.url;
      const before = await test.records();
      const request = { method, path, headers: all, body: Buffer.from(body, 'latin1') };
      const answer = await exchange(url, request);
      await expectSane(test, before, answer);
      for (const status of answer.statuses) seen.add(status);
      if (!answer.statuses.some((status) => status >= 200 && status < 300)) return;
      served.add(mode);
      if (method === 'POST') expect(comesFrom(own[mode], all)).toBe(true);
      if (mode === 'development' || /^\/(healthz|readyz)/.test(path)) return;
      expect(valuesOf('x-forwarded-proto', all).join().split(',').at(-1)?.trim()).toBe('https');
    });
    expect([...seen]).toEqual(expect.arrayContaining([200, 400, 403, 404, 405, 415]));
    expect([...served].sort()).toEqual(['development', 'production']);
    await test.expectHonestService();
  });
});

const methods = fc.constantFrom(
  ...['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT', 'QUERY', 'post', 'X'],
);

const oddPaths =
  '/ /profile /login /logout /nothing /healthz //evil.example/cart * http://evil.example/cart ' +
  '/cart/ /CART /% /%zz /%00 /cart?__proto__[x]=1 /cart?_csrf=x&_csrf=y /..%2fcart /cart;x=1 ' +
  '/cart#x \\cart cart /[::1';

const paths = fc.oneof(
  fc.constantFrom(...oddPaths.split(' '), ''),
  headerText(40).map((text) => `/${text.replace(/[ \t]/g, '')}`),
);

function headersFor(own: string): fc.Arbitrary<RawRequest['headers']> {
  const evil = 'https://evil.example';
  const some = (name: string, ...values: string[]) =>
    fc.tuple(
      fc.constant(name),
      fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...values) }, headerText(30)),
    );
  /** What a page of ours sends through a proxy of ours; now and then one of it is missing. */
  const usual = fc
    .tuple(
      ...[
        ['host', 'x'],
        ['origin', own],
        ['sec-fetch-site', 'same-origin'],
        ['x-forwarded-proto', 'https'],
        ['content-type', 'application/json'],
      ].map((header) => fc.option(fc.constant(header as [string, string]), { freq: 7 })),
    )
    .map((headers) => headers.filter((header) => header !== null));
  const whence = fc.oneof(
    some('Origin', own, evil, 'null', '', `${own}.evil.example`, `${own}/`, own.toUpperCase()),
    some('Sec-Fetch-Site', 'same-origin', 'none', 'cross-site', 'same-site', '', 'Same-Origin'),
    some('X-Forwarded-Proto', 'https', 'http', 'https, http', 'http,https', 'HTTPS', ',', ''),
  );
  const other = fc.oneof(
    some('Sec-Fetch-Mode', 'navigate', 'cors', 'no-cors', 'websocket'),
    some('Sec-Fetch-Dest', 'document', 'iframe', 'empty'),
    some('Referer', evil, own, 'about:blank'),
    some('X-Forwarded-For', '203.0.113.7', '1.2.3.4, 5.6.7.8', '::1', 'unknown', ',,,'),
    some('X-Forwarded-Host', 'evil.example', 'shop.example', 'a, b'),
    some('X-Forwarded-Port', '443', '-1'),
    some('Forwarded', 'proto=https;host=evil.example'),
    some('X-Http-Method-Override', 'DELETE', 'POST'),
    some('X-Csrf-Token', 'x', ''),
    some('Authorization', 'Basic YWRhOmFkYQ==', 'Bearer x'),
    some('Accept', '*/*', 'text/html', 'application/json;q=0', ';;;', 'text/html;q=x,,'),
    some('Accept-Encoding', 'gzip', 'identity;q=0, *;q=0'),
    some('If-None-Match', '*', '"x"'),
    some('Range', 'bytes=0-0', 'bytes=-1'),
    some('Expect', '100-continue', 'a miracle'),
    some('Upgrade', 'websocket', 'h2c'),
    some('Connection', 'upgrade', 'keep-alive', 'content-length'),
    some('Host', 'evil.example', 'x:99999', '[', ''),
    some('Content-Type', 'application/json', 'text/plain', 'application/json; charset=utf-16'),
    some('Content-Type', 'multipart/form-data', 'application/x-www-form-urlencoded', '/', ';'),
    some('Content-Encoding', 'gzip', 'br', 'deflate', 'identity', 'gzip, gzip', 'x'),
    fc.tuple(headerText(20), headerText(60)),
    fc
      .integer({ min: 1, max: 30_000 })
      .map((size): [string, string] => ['x-long', 'x'.repeat(size)]),
  );
  return fc
    .tuple(usual, fc.array(fc.oneof(whence, other), { maxLength: 3 }), fc.boolean())
    .map(([first, last, inOrder]) => (inOrder ? [...first, ...last] : [...last, ...first]));
}

/** How long the body is said to be, and what comes. */
const framing = fc.oneof(
  { weight: 6, arbitrary: fc.constant(framed(BODY, ['content-length', `${BODY.length}`])) },
  { weight: 2, arbitrary: fc.constant(framed(CHUNKED, ['transfer-encoding', 'chunked'])) },
  fc
    .constantFrom('0', '-1', '+16', '0x10', '1e1', ' 16', '16,16', '16, 17', '15', '17', '99999999')
    .map((length) => framed(BODY, ['content-length', length])),
  headerText(10).map((length) => framed(BODY, ['content-length', length])),
  fc.constant(framed(BODY, ['content-length', '16'], ['content-length', '17'])),
  fc.constant(framed(CHUNKED, ['content-length', '16'], ['transfer-encoding', 'chunked'])),
  fc
    .constantFrom(
      'chunked, chunked',
      'Chunked',
      'gzip, chunked',
      'x',
      'chunked;x=1',
      '\u000bchunked',
    )
    .map((coding) => framed(CHUNKED, ['transfer-encoding', coding])),
  fc
    .constantFrom('zz\r\n', '-1\r\n\r\n', 'fffffffffffffffff\r\n', '5\r\nabc', '0\r\nx: y')
    .map((chunk) => framed(`${chunk}0\r\n\r\n`, ['transfer-encoding', 'chunked'])),
  fc.constant(framed('')),
  fc.constant(framed(BODY)),
  fc
    .integer({ min: 16_385, max: 200_000 })
    .map((size) => framed(' '.repeat(size), ['content-length', `${size}`])),
);

function framed(body: string, ...lines: [string, string][]): [RawRequest['headers'], string] {
  return [lines, body];
}

/** Whether a browser, if it was one, has sent this from a page of ours; read to the letter. */
function comesFrom(own: string, headers: RawRequest['headers']): boolean {
  const site = valuesOf('sec-fetch-site', headers);
  if (site.length > 0) return ['same-origin', 'none'].includes(site.join(', '));
  const origin = valuesOf('origin', headers);
  return origin.length === 0 || origin.join(', ') === own;
}

function valuesOf(wanted: string, headers: RawRequest['headers']): string[] {
  return headers
    .filter(([name]) => name.toLowerCase() === wanted)
    .map(([, value]) => value.replace(/^[ \t]+|[ \t]+$/g, ''));
}
