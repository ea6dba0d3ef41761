import type { Target } from '../target.ts';
import { hybrid } from '../targets/hybrid.ts';
import { koa } from '../targets/koa.ts';
import { memory } from '../targets/memory.ts';
import { closePostgres, postgres } from '../targets/postgres.ts';
import { redis } from '../targets/redis.ts';

/** The examples, in their order. */
export const targets: readonly Target[] = [memory, redis, postgres, hybrid, koa];

/** Ends what they share. */
export const closeTargets = closePostgres;
