import { z } from 'zod';
import type { SessionTimes } from './lifetime.ts';
import { newHandle } from './session-id.ts';

/** What every session record holds, whatever else an application keeps in it. */
export interface SessionFields extends SessionTimes {
  /** The session's public name. Never its id. */
  handle: string;
  /** Set by `logIn`, together with `authenticatedAt`, and by nothing else. */
  userId?: string | undefined;
}

export type RecordSchema = z.ZodType<SessionFields & Record<string, unknown>>;

const timestamp = z.int().positive();

/**
 * The schema of a session record: our fields and the application's.
 *
 * What comes back from a store is input (ASVS 5.0 15.3.6). Keys that are not listed are dropped,
 * `__proto__` and the names of library methods among them; a listed key with a wrong value makes
 * the whole record invalid.
 *
 * @param data the application's own keys, for instance `{ cart: z.array(z.string()).optional() }`.
 */
export function recordSchema(data: z.ZodRawShape): RecordSchema {
  return z
    .object({
      ...data,
      handle: z.string().regex(/^[A-Za-z0-9_-]{22}$/),
      createdAt: timestamp,
      lastSeenAt: timestamp,
      authenticatedAt: timestamp.optional(),
      userId: z.string().min(1).max(128).optional(),
    })
    .refine((record) => (record.userId === undefined) === (record.authenticatedAt === undefined), {
      message: 'a user without a login time, or a login time without a user',
    }) as unknown as RecordSchema;
}

/** The fields of a session that begins now. */
export function newFields(now: number): SessionFields {
  return { handle: newHandle(), createdAt: now, lastSeenAt: now };
}
