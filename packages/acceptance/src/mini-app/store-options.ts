import { recordSchema } from 'security-helpers';
import { z } from 'zod';
import type { MiniAppParts } from '../target.ts';

/** For the SessionStore of either framework. */
export const storeOptions = ({ store, cookie, config, clock, audit }: MiniAppParts) => ({
  store,
  cookie,
  clock,
  audit,
  keys: config.keys,
  lifetime: config.lifetime,
  limitPerUser: config.limitPerUser,
  budgetMs: 10_000,
  schema: recordSchema({
    cart: z.array(z.string()).optional(),
    pendingUserId: z.string().optional(),
  }),
});
