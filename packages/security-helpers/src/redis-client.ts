// The connection alone, without the store on connect-redis: for whoever brings a store of their own.

export { inEitherForm, pack, unpack } from './packed-record.ts';
export { type KeyKind, redisAcl } from './redis/acl.ts';
export { brokenRecord } from './redis/broken-record.ts';
export { bytesOf } from './redis/bytes-of.ts';
export { connectRedis, type RedisClient } from './redis/client.ts';
export { redisLimiter } from './redis/limiter.ts';
export { type RedisConfig, readRedisConfig } from './redis/redis-config.ts';
export { removeRecord } from './redis/remove-record.ts';
export { connectReplicas } from './redis/replicas.ts';
export { keysOf, type UserLists } from './redis/user-keys.ts';
