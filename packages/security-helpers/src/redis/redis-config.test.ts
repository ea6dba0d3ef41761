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
