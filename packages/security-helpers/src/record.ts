import { z } from 'zod';
import type { SessionTimes } from './lifetime.ts';
import { newHandle } from './session-id.ts';

/** What every session record holds, whatever else an application keeps in it. */
export interface SessionFields extends SessionTimes {
  /** The session's public name. Never its id. */
  handle: string;
  /** Set by `logIn`, together with `authenticatedAt`, and by nothing else. */
  userId?: string | undefined;
  /** What the user may do, as of the last look. Never decides; a change of it gives a new id. */
  authority?: string | undefined;
  /** Until when sensitive changes need no password. Epoch ms. */
  freshUntil?: number | undefined;
  /** Since when it has its id. Epoch ms. */
  renewedAt?: number | undefined;
  /** Until when the browser keeps the cookie; else it goes with the browser. Epoch ms. */
  rememberUntil?: number | undefined;
  /** Browser, system and network, coarsely: a change is a signal, never a proof. */
  client?: string | undefined;
  /** The store key under which this session goes on, since it was given a new id. */
  successor?: string | undefined;
  /** The one under which it was before, as long as its browser has not come with the new id. */
  predecessor?: string | undefined;
}

export type RecordSchema = z.ZodType<SessionFields & Record<string, unknown>>;

const timestamp = z.int().positive();
const key = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

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
      authority: z.string().max(200).optional(),
      freshUntil: timestamp.optional(),
      renewedAt: timestamp.optional(),
      rememberUntil: timestamp.optional(),
      client: z.string().max(100).optional(),
      successor: key.optional(),
      predecessor: key.optional(),
    })
    .refine((record) => (record.userId === undefined) === (record.authenticatedAt === undefined), {
      message: 'a user without a login time, or a login time without a user',
    }) as unknown as RecordSchema;
}

/** The fields of a session that begins now. */
export function newFields(now: number): SessionFields {
  return { handle: newHandle(), createdAt: now, lastSeenAt: now };
}
