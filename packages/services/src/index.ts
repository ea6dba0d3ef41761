export type { Provider, RestartOptions, ServiceHandle } from './handle.ts';
export { PortTakenError } from './ports.ts';
export { type Availability, redisAvailability } from './redis/availability.ts';
export { ensureRedisBinary, type LadderOptions, type RedisProgram } from './redis/ladder.ts';
export type { RedisPersistence } from './redis/persistence.ts';
export { startRedis } from './redis/private.ts';
export { findOrStartRedis } from './redis/shared.ts';
export { UnavailableError } from './unavailable.ts';
