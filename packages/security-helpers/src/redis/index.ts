export { type KeyKind, redisAcl } from './acl.ts';
export { connectRedis, type RedisClient } from './client.ts';
export { redisLimiter } from './limiter.ts';
export { type RedisConfig, readRedisConfig } from './redis-config.ts';
export { LONGEST_COPY_MS, RedisCopies } from './redis-copies.ts';
export { RedisStore } from './redis-store.ts';
export { connectReplicas } from './replicas.ts';
export { SpareRedis } from './spare-redis.ts';
