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
