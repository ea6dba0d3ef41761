import { expect, it } from 'vitest';
import { allowedOrigins, isAllowedOrigin, isSafeMethod } from './origin-check.ts';

it('only GET, HEAD and OPTIONS are safe, to the letter', () => {
  for (const method of ['GET', 'HEAD', 'OPTIONS']) expect(isSafeMethod(method)).toBe(true);
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'CONNECT', 'get', '']) {
    expect(isSafeMethod(method), method).toBe(false);
  }
});

it('headers that a parser hands over as lists pass for no origin of ours', () => {
  const own = ['https://shop.example'];
  expect(isAllowedOrigin('POST', { origin: own }, own)).toBe(false);
  expect(isAllowedOrigin('POST', { 'sec-fetch-site': ['same-origin'] }, own)).toBe(false);
  expect(isAllowedOrigin('POST', { 'sec-fetch-site': '' }, own)).toBe(false);
  expect(isAllowedOrigin('POST', { origin: '' }, own)).toBe(false);
});

it('a configured origin is the only one', () => {
  expect(allowedOrigins('https://shop.example', 3000)).toEqual(['https://shop.example']);
});

it('in development loopback is ours under its three names, as a browser writes them', () => {
  for (const port of [80, 443, 3000]) {
    const asBrowsersDo = ['127.0.0.1', 'localhost', '[::1]'].map(
      (host) => new URL(`http://${host}:${port}/`).origin,
    );
    expect(allowedOrigins(undefined, port)).toEqual(asBrowsersDo);
  }
});
