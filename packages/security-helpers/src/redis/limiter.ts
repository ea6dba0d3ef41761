import { RateLimiterRedis } from 'rate-limiter-flexible';
import type { MakeLimiter } from '../throttle.ts';
import type { RedisClient } from './client.ts';

/** Counters in Redis, which all instances share. @param prefix of their keys: `shop:throttle:`. */
export function redisLimiter(client: RedisClient, prefix: string): MakeLimiter {
  return ({ keyPrefix, ...options }) =>
    new RateLimiterRedis({
      storeClient: client,
      useRedisPackage: true, // node-redis, not ioredis: it cannot tell by itself
      keyPrefix: prefix + keyPrefix,
      ...options,
    });
}
