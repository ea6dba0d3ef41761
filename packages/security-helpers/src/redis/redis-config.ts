import { ConfigError } from '../config.ts';

/**
 * Where Redis is, from `REDIS_URL`.
 *
 * @throws ConfigError when it is missing or no Redis URL; the value, which may hold a password, is
 *   not repeated.
 */
export function readRedisConfig(env: NodeJS.ProcessEnv): { redisUrl: string } {
  const url = env['REDIS_URL'];
  if (!url) {
    throw new ConfigError(
      'REDIS_URL is missing: set it to where Redis is, for instance redis://127.0.0.1:6379',
    );
  }
  if (!/^rediss?:\/\/[^/]/.test(url) || !URL.canParse(url)) {
    throw new ConfigError('REDIS_URL is not a Redis URL: it must begin with redis:// or rediss://');
  }
  return { redisUrl: url };
}
