import { expect, it } from 'vitest';
import { Problem } from './problem.ts';
import { addressOverTls } from './tls.ts';

const origin = 'https://shop.example';

it.each([
  ['/cart?x=1', `${origin}/cart?x=1`],
  ['//evil.example/x', `${origin}/x`],
  ['https://evil.example/x', `${origin}/x`],
  ['/\\evil.example', `${origin}/`],
])('a safe request for %s goes to the public origin', (url, address) => {
  expect(addressOverTls('GET', url, origin)).toBe(address);
  expect(addressOverTls('HEAD', url, origin)).toBe(address);
});

it.each([
  ['POST', '/cart'],
  ['DELETE', '/sessions'],
  ['GET', 'http://['],
])('%s %s is refused', (method, url) => {
  expect(() => addressOverTls(method, url, origin)).toThrow(Problem);
});
