import { describe, expect, it } from 'vitest';
import { ConfigError } from '../config.ts';
import { hostsOf, urlsOf } from './hosts.ts';
import { readPostgresConfig } from './postgres-config.ts';

const LOCAL = 'postgres://app@127.0.0.1/shop';

const read =
  (url: string, more: NodeJS.ProcessEnv = {}) =>
  () =>
    readPostgresConfig({ DATABASE_URL: url, ...more });

describe('where Postgres is', () => {
  it('is one URL, or two', () => {
    expect(read(LOCAL)()).toEqual({ databaseUrl: LOCAL, migrationUrl: LOCAL, prepared: true });
    const MIGRATION_DATABASE_URL = 'postgresql://owner@127.0.0.1/shop';
    expect(read(LOCAL, { MIGRATION_DATABASE_URL })().migrationUrl).toBe(MIGRATION_DATABASE_URL);
  });

  it('may be behind a pooler, which prepared statements do not survive', () => {
    const prepared = (POSTGRES_PREPARED: string) => read(LOCAL, { POSTGRES_PREPARED });
    expect(['', '0', '1'].map((value) => prepared(value)().prepared)).toEqual([true, false, true]);
    for (const value of ['false', 'no', ' 0']) {
      expect(prepared(value)).toThrow(/^POSTGRES_PREPARED must be 1, or 0/);
    }
  });

  it.each(['', 'hunter2', 'mysql://app:hunter2@db', 'postgres:///hunter2', 'postgres://h:port'])(
    'is not %j, which is not repeated',
    (url) => {
      expect(read(url)).toThrow(ConfigError);
      expect(read(url)).toThrow(/^DATABASE_URL is (missing|not a Postgres URL)/);
      expect(read(url)).not.toThrow(/hunter2/);
      if (url) {
        expect(read(LOCAL, { MIGRATION_DATABASE_URL: url })).toThrow(/^MIGRATION_DATABASE_URL is/);
      }
    },
  );
});

describe('several hosts', () => {
  const TWO = 'postgres://app:hunter2@db1.example:5433,db2.example/shop';
  const WRITES = 'target_session_attrs=read-write';

  it('are a primary and its standbys, of which the one that takes writes is used', () => {
    expect(read(`${TWO}?${WRITES}`)().databaseUrl).toBe(`${TWO}?${WRITES}`);
    expect(urlsOf(`${TWO}?${WRITES}`)).toEqual([
      `postgres://app:hunter2@db1.example:5433/shop?${WRITES}`,
      `postgres://app:hunter2@db2.example/shop?${WRITES}`,
    ]);
    expect(urlsOf('postgres://a:b,c@[::1]:1,[::1]:2/shop')[1]).toBe(
      'postgres://a:b,c@[::1]:2/shop',
    );
    expect(hostsOf(TWO)).toBe('postgres://db1.example:5433 or postgres://db2.example');
  });

  it.each([
    [TWO, 'must also say target_session_attrs=read-write'],
    [`${TWO}?target_session_attrs=any`, 'must say target_session_attrs=read-write or nothing'],
    [
      `${LOCAL}?target_session_attrs=standby`,
      'must say target_session_attrs=read-write or nothing',
    ],
    [`${TWO}?${WRITES}&${WRITES}`, 'must say target_session_attrs=read-write or nothing'],
    [`${TWO}?${WRITES}&host=db3.example`, 'must not say host= or port= as well'],
    [`${TWO}?${WRITES}&port=5432`, 'must not say host= or port= as well'],
    [`postgres://app:hunter2@db1.example,/shop?${WRITES}`, 'is not a Postgres URL'],
    [`postgres://app:hunter2@db1.example,db2.example:x/shop?${WRITES}`, 'is not a Postgres URL'],
  ])('%s: one sentence says what is wrong', (url, sentence) => {
    expect(read(url)).toThrow(ConfigError);
    expect(read(url)).toThrow(sentence);
    expect(read(url)).toThrow(/^DATABASE_URL/);
    expect(read(url)).not.toThrow(/hunter2/);
    expect(read(LOCAL, { MIGRATION_DATABASE_URL: url })).toThrow(/^MIGRATION_DATABASE_URL/);
  });

  it('in production each of them is reached over TLS, or is on loopback', () => {
    const production = { NODE_ENV: 'production' };
    const mixed = `postgres://app:hunter2@127.0.0.1,db2.example/shop?${WRITES}`;
    const demand = /^DATABASE_URL must say sslmode=verify-full in production/;
    expect(read(mixed, production)).toThrow(demand);
    expect(read(`${TWO}?${WRITES}&sslmode=require`, production)).toThrow(demand);
    expect(read(`${mixed}&sslmode=verify-full`, production)).not.toThrow();
    expect(read(`postgres://app@127.0.0.1:1,[::1]:2/shop?${WRITES}`, production)).not.toThrow();
  });
});

describe('in production', () => {
  const production = { NODE_ENV: 'production' };
  const plain = { ...production, ALLOW_PLAIN_STORE: '1' };
  const demand = /^DATABASE_URL must say sslmode=verify-full in production/;

  it.each([
    'postgres://app:hunter2@db.example/shop?sslmode=verify-full',
    'postgres://app:hunter2@db.example/shop?sslrootcert=/ca.pem&sslmode=verify-full',
    LOCAL,
    'postgres://app@localhost/shop?sslmode=disable',
    'postgres://app@[::1]/shop',
    'postgres://app@%2Fvar%2Frun%2Fpostgresql/shop',
    'postgres://app@db.example/shop?host=/var/run/postgresql',
  ])('%s is taken', (url) => {
    expect(read(url, production)().databaseUrl).toBe(url);
  });

  it.each([
    'postgres://app:hunter2@db.example/shop',
    'postgres://app:hunter2@10.0.0.5/shop?sslmode=disable',
    'postgres://app:hunter2@127.0.0.1/shop?host=db.example',
  ])('%s has no TLS: refused, unless somebody decided so', (url) => {
    expect(read(url, production)).toThrow(demand);
    expect(read(url, production)).not.toThrow(/hunter2/);
    expect(read(url, plain)().databaseUrl).toBe(url);
    expect(read(url)().databaseUrl).toBe(url);
  });

  it.each([
    'sslmode=no-verify',
    'sslmode=require',
    'sslmode=prefer',
    'sslmode=verify-ca',
    'sslmode=VERIFY-FULL',
    'sslmode=verify-full&sslmode=no-verify',
    'sslmode=verify-full&ssl=false',
    'ssl=true',
    'ssl=0',
  ])('%s checks less than everything, or soon will: refused, whoever decided what', (query) => {
    for (const url of [`${LOCAL}?${query}`, `postgres://app:hunter2@db.example/shop?${query}`]) {
      expect(read(url, plain), url).toThrow(demand);
      expect(read(LOCAL, { ...plain, MIGRATION_DATABASE_URL: url }), url).toThrow(
        /^MIGRATION_DATABASE_URL must say/,
      );
      expect(read(url)().databaseUrl).toBe(url);
    }
  });

  it('a switch that lets any certificate pass is refused for migrations, too', () => {
    const unchecked = { ...plain, NODE_TLS_REJECT_UNAUTHORIZED: '0' };
    expect(read(LOCAL, unchecked)).toThrow(/^NODE_TLS_REJECT_UNAUTHORIZED must not be 0/);
  });
});
