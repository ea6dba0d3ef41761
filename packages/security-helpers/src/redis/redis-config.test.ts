import { expect, it } from 'vitest';
import { ConfigError } from '../config.ts';
import { readRedisConfig } from './redis-config.ts';

it.each([
  'redis://127.0.0.1:6379',
  'redis://cache',
  'rediss://default:hunter2@cache.example:6380/1',
  'redis://[::1]:6379',
])('takes %s', (url) => {
  expect(readRedisConfig({ REDIS_URL: url })).toEqual({ redisUrl: url });
});

it.each([undefined, ''])('says what is missing, and how it looks: %j', (url) => {
  expect(() => readRedisConfig({ REDIS_URL: url })).toThrow(ConfigError);
  expect(() => readRedisConfig({ REDIS_URL: url })).toThrow(/^REDIS_URL is missing: .*redis:\/\//);
});

it.each([
  '127.0.0.1:6379',
  'http://hunter2@cache',
  'redis:hunter2@cache',
  'redis:///hunter2',
  'redis://hunter2@cache:port',
  ' redis://hunter2@cache',
  'xredis://hunter2@cache',
])('refuses %j without repeating it: it may hold a password', (url) => {
  const read = () => readRedisConfig({ REDIS_URL: url });
  expect(read).toThrow(ConfigError);
  expect(read).toThrow(/^REDIS_URL is not a Redis URL/);
  expect(read).not.toThrow(/hunter2|6379/);
});

const inProduction = (url: string, more: NodeJS.ProcessEnv = {}) =>
  readRedisConfig({ NODE_ENV: 'production', REDIS_URL: url, ...more });

it.each([
  'rediss://app:hunter2@cache.example',
  'redis://localhost',
  'redis://127.0.0.2:6379',
  'redis://[::1]:6379',
])('takes %s in production', (url) => {
  expect(inProduction(url)).toEqual({ redisUrl: url });
});

it.each([
  'redis://app:hunter2@cache.example',
  'redis://app:hunter2@10.0.0.5',
  'redis://app:hunter2@127.0.0.1.example',
  'redis://localhost:hunter2@cache.example',
])(
  '#62 %s would cross a network in the clear: refused in production, unless somebody decided so',
  (url) => {
    expect(() => inProduction(url)).toThrow(ConfigError);
    expect(() => inProduction(url)).toThrow(/^REDIS_URL must begin with rediss:\/\/ in production/);
    expect(() => inProduction(url)).not.toThrow(/hunter2|example$/);
    expect(() => inProduction(url, { ALLOW_PLAIN_STORE: 'yes' })).toThrow(ConfigError);
    expect(inProduction(url, { ALLOW_PLAIN_STORE: '1' })).toEqual({ redisUrl: url });
    expect(readRedisConfig({ REDIS_URL: url })).toEqual({ redisUrl: url });
  },
);

it('takes no line at all in production while Node takes any certificate', () => {
  const unchecked = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };
  const read = () => inProduction('rediss://cache.example', unchecked);
  expect(read).toThrow(/^NODE_TLS_REJECT_UNAUTHORIZED must not be 0 in production/);
});

const SENTINELS = { REDIS_SENTINEL_NAME: 'sessions' };

it('takes Sentinels and the name of their primary, as addresses or as URLs', () => {
  const read = (list: string) => readRedisConfig({ REDIS_SENTINELS: list, ...SENTINELS });
  const sentinelUrls = ['redis://10.0.0.1:26379', 'redis://[::1]:26379'];
  const expected = { sentinelUrls, primaryName: 'sessions' };
  expect(read('10.0.0.1:26379,[::1]:26379')).toEqual(expected);
  expect(read(sentinelUrls.join(' , '))).toEqual(expected);
  expect(() => readRedisConfig({ REDIS_SENTINELS: 'cache:26379' })).toThrow(
    /^REDIS_SENTINEL_NAME is missing/,
  );
});

it('takes the members of a cluster', () => {
  const clusterUrls = ['rediss://app:hunter2@a:6379', 'rediss://app:hunter2@b:6379'];
  expect(readRedisConfig({ REDIS_CLUSTER: clusterUrls.join() })).toEqual({ clusterUrls });
});

it.each([
  ['redis://a:1', 'b:1', undefined],
  ['redis://a:1', undefined, 'c:1'],
  [undefined, 'b:1', 'c:1'],
])('takes one of the three and no two: %j', (url, sentinels, cluster) => {
  const env = { REDIS_URL: url, REDIS_SENTINELS: sentinels, REDIS_CLUSTER: cluster, ...SENTINELS };
  expect(() => readRedisConfig(env)).toThrow(ConfigError);
  expect(() => readRedisConfig(env)).toThrow(/^REDIS_\w+ and REDIS_\w+ are both set: only one/);
});

it.each([
  ['a:6379,', /is not a Redis URL/],
  ['http://hunter2:hunter2@a:6379', /is not a Redis URL/],
  ['a:6379,hunter2', /names no port/],
  ['redis://a:6379/1', /goes on after the port/],
  ['redis://:hunter2@a:6379,b:6379', /the same protocol, user and password/],
  ['rediss://a:6379,redis://b:6379', /the same protocol, user and password/],
])('refuses the list %j without repeating it', (list, sentence) => {
  for (const setting of ['REDIS_SENTINELS', 'REDIS_CLUSTER']) {
    const read = () => readRedisConfig({ [setting]: list, ...SENTINELS });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(sentence);
    expect(read).not.toThrow(/hunter2|6379/);
  }
});

it('#62 lists need TLS in production even on loopback: the servers are where these send us', () => {
  for (const setting of ['REDIS_SENTINELS', 'REDIS_CLUSTER']) {
    const read = (list: string, more = {}) =>
      readRedisConfig({ NODE_ENV: 'production', [setting]: list, ...SENTINELS, ...more });
    expect(() => read('127.0.0.1:6379')).toThrow(/^REDIS_\w+ must begin with rediss:\/\//);
    expect(() => read('127.0.0.1:6379', { ALLOW_PLAIN_STORE: '1' })).not.toThrow();
    expect(() => read('rediss://a:6379,rediss://b:6379')).not.toThrow();
  }
});
