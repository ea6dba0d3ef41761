import type { Request } from 'express';
import { type SessionSummary, summaryOf } from '../session-view.ts';
import { storeOf } from './session-store.ts';

/** The sessions of this request's user, the oldest first. Without any id: each has its handle. */
export async function listSessions(req: Request): Promise<SessionSummary[]> {
  const { userId, handle } = req.session ?? {};
  if (userId === undefined) return [];
  const sessions = await storeOf(req).hardened.sessionsOf(userId);
  return sessions.map(({ fields }) => summaryOf(fields, handle));
}

/** Ends another session of this request's user. @returns whether the user has one of that name. */
export async function endSession(req: Request, handle: string): Promise<boolean> {
  const options = { only: handle, reason: 'user' };
  return (await storeOf(req).hardened.revoke(userOf(req), options)) > 0;
}

/** Ends all sessions of this request's user but this one. Resolves when the store confirmed it. */
export async function endOtherSessions(req: Request, reason = 'user'): Promise<void> {
  const except = req.session.handle;
  await storeOf(req).hardened.revoke(userOf(req), { except, reason });
}

/** Ends all sessions of a user, in the name of this request's: whether that may be is up to you. */
export async function endSessionsOf(req: Request, userId: string): Promise<void> {
  await storeOf(req).hardened.revoke(userId, { by: userOf(req), reason: 'administrator' });
}

function userOf({ session: { userId } }: Request): string {
  if (userId === undefined) throw new TypeError('this request has no user');
  return userId;
}
