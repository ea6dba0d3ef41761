import { expect, it } from 'vitest';
import { readForwarded } from './forwarded.ts';

type Headers = Record<string, string | string[] | undefined>;

const from = (headers: Headers, hops: number, encrypted?: boolean) => {
  const socket = { remoteAddress: '10.0.0.1', ...(encrypted !== undefined && { encrypted }) };
  return readForwarded({ headers, socket }, hops);
};
const chain = { 'x-forwarded-for': 'spoofed, client, proxy', 'x-forwarded-proto': 'http, https' };

it('no proxy of ours: no header counts', () => {
  expect(from(chain, 0)).toEqual({ client: '10.0.0.1', secure: false });
  expect(from(chain, 0, true)).toEqual({ client: '10.0.0.1', secure: true });
});

it('each hop of ours is one entry from the right', () => {
  expect(from(chain, 1)).toEqual({ client: 'proxy', secure: true });
  expect(from(chain, 2)).toEqual({ client: 'client', secure: false });
});

it('a list that is shorter than the hops is read from its left end', () => {
  expect(from({ 'x-forwarded-for': 'client' }, 2).client).toBe('client');
  expect(from({ 'x-forwarded-for': 'client, proxy' }, 10).client).toBe('client');
  expect(from({ 'x-forwarded-proto': 'https' }, 2).secure).toBe(true);
});

it('a proxy that says nothing is taken for the client, over the connection there is', () => {
  expect(from({}, 1)).toEqual({ client: '10.0.0.1', secure: false });
  expect(from({}, 1, true)).toEqual({ client: '10.0.0.1', secure: true });
  // And a proxy that says http is believed, although its own connection to us is encrypted.
  expect(from({ 'x-forwarded-proto': 'http' }, 1, true).secure).toBe(false);
});

it('several lines of a header are one list', () => {
  const lines = { 'x-forwarded-for': ['spoofed, client', 'proxy'] };
  expect(from(lines, 1).client).toBe('proxy');
  expect(from(lines, 2).client).toBe('client');
  expect(from({ 'x-forwarded-proto': ['https', 'http'] }, 1).secure).toBe(false);
  expect(from({ 'x-forwarded-for': [] }, 1).client).toBe('10.0.0.1');
});

it.each(['', ' ', ',', 'https,', 'HTTPS', 'https;', 'httpsx', 'http, wss', '"https"'])(
  'what is not exactly https is not secure: %j',
  (proto) => {
    expect(from({ 'x-forwarded-proto': proto }, 1).secure).toBe(false);
  },
);

it('spaces around an entry are not part of it', () => {
  const headers = { 'x-forwarded-for': ' a ,\tb ', 'x-forwarded-proto': ' https ' };
  expect(from(headers, 1)).toEqual({ client: 'b', secure: true });
});
