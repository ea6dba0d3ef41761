import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { findOrStartPostgres, postgresAvailability } from '../src/index.ts';
import { ask, privatePostgres, value } from './postgres-support.ts';
import { password, unavailable } from './support.ts';

const withUrl = (DATABASE_URL: string) =>
  findOrStartPostgres({ folder: 'nowhere', env: { DATABASE_URL } });

test('DATABASE_URL is used, and nothing is started', async () => {
  const postgres = await privatePostgres();
  const found = await withUrl(postgres.url);
  expect(found).toMatchObject({ provider: 'url', url: postgres.url });
  for (const action of ['stop', 'kill', 'freeze', 'thaw', 'restart'] as const) {
    await unavailable(found[action]());
  }
  await found.close();
  expect(await value(postgres.url, 'select 1')).toBe('1');
  expect(existsSync('nowhere')).toBe(false);
  expect(await postgresAvailability({ DATABASE_URL: postgres.url })).toEqual({
    runs: true,
    how: 'DATABASE_URL answers',
  });
});

test('a DATABASE_URL that does not answer is refused in one sentence without the password', async () => {
  const postgres = await privatePostgres();
  await postgres.stop();
  const url = postgres.url.replace(/owner:[^@]*/, `ada:${password}`);
  const message = await unavailable(withUrl(url));
  expect(message).toContain(new URL(url).host);
  expect(message).toContain('ECONNREFUSED');
  expect(await postgresAvailability({ DATABASE_URL: url })).toEqual({ runs: false, fix: message });
});

test('a DATABASE_URL of several hosts is used when one answers, and names all when none does', async () => {
  const [dead, live] = [await privatePostgres(), await privatePostgres()];
  await dead.kill();
  const { host } = new URL(dead.url);
  const both = live.url.replace('@', `@${host},`);
  expect(await withUrl(both)).toMatchObject({
    url: both,
    place: `at postgres://${host}/postgres, postgres://${new URL(live.url).host}/postgres`,
  });

  const wrong = both.replace(/owner:[^@]*/, `ada:${password}`);
  const message = await unavailable(withUrl(wrong));
  expect(message).toContain(`(${host}) does not answer (ECONNREFUSED)`);
  expect(message).toContain(`(${new URL(live.url).host}) refuses the user or password`);
  const half = await unavailable(withUrl(both.replace(host, `${host}x`)));
  expect(half).toContain('is not a postgres:// or postgresql:// URL');
});

test('a DATABASE_URL with a wrong password or database says which', async () => {
  const { url } = await privatePostgres();
  const wrong = (user: string) => withUrl(url.replace(/owner:[^@]*/, user));
  for (const user of [`owner:${password}`, `ada:${password}`, 'owner']) {
    expect(await unavailable(wrong(user))).toMatch('refuses the user or password');
  }
  const nowhere = withUrl(url.replace(/postgres$/, 'no-such'));
  expect(await unavailable(nowhere)).toMatch('has no database of that name');
});

test('a password with characters that a URL has to escape works', async () => {
  const { url } = await privatePostgres();
  await ask(url, "create role ada login password 'p@ss/wörd %'");
  const ada = url.replace(/owner:[^@]*/, `ada:${encodeURIComponent('p@ss/wörd %')}`);
  expect((await withUrl(ada)).url).toBe(ada);
});

test.each(['accepts and says nothing', 'speaks another protocol'])(
  'a DATABASE_URL whose server %s is refused',
  async (manner) => {
    const other = createServer((socket) => {
      socket.on('error', () => undefined);
      if (manner !== 'accepts and says nothing') socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await new Promise((resolve) => other.once('listening', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const url = `postgres://ada:${password}@127.0.0.1:${port}/postgres`;
    expect(await unavailable(withUrl(url))).toMatch('does not answer');
  },
);

test('a frozen server is refused as well', async () => {
  const postgres = await privatePostgres();
  await postgres.freeze();
  expect(await unavailable(withUrl(postgres.url))).toMatch('does not answer');
});

test.each([
  `http://:${password}@127.0.0.1`,
  password,
  `postgres://:%zz${password}@127.0.0.1`,
  'postgres:///postgres',
])('DATABASE_URL %s is not one', async (url) => {
  expect(await unavailable(withUrl(url))).toMatch('not a postgres:// or postgresql:// URL');
});

test('without DATABASE_URL the doctor says that the npm package runs', async () => {
  expect(await postgresAvailability({})).toEqual({
    runs: true,
    how: expect.stringMatching(/^PostgreSQL 18\.\d+ of the npm package$/),
  });
});
