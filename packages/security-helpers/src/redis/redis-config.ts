import { ConfigError } from '../config.ts';
import { requireCheckedLine } from '../store-line.ts';

/**
 * Where Redis is, from `REDIS_URL`.
 *
 * @throws ConfigError when it is missing, no Redis URL, or in production not to be trusted (see
 *   `requireCheckedLine`); the value, which may hold a password, is not repeated.
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
  const { protocol, hostname: host } = new URL(url);
  const tls = protocol === 'rediss:' ? 'checked' : 'none';
  requireCheckedLine(env, { setting: 'REDIS_URL', host, tls, demand: 'begin with rediss://' });
  return { redisUrl: url };
}
