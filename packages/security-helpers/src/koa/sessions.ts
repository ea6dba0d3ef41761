import { type SessionSummary, summaryOf } from '../session-view.ts';
import type { Context } from './context.ts';
import { storeOf } from './session-store.ts';

/** The sessions of this request's user, the oldest first. Without any id: each has its handle. */
export async function listSessions(ctx: Context): Promise<SessionSummary[]> {
  const { userId, handle } = ctx.session ?? {};
  if (userId === undefined) return [];
  const sessions = await storeOf(ctx).hardened.sessionsOf(userId);
  return sessions.map(({ fields }) => summaryOf(fields, handle));
}

/** Ends another session of this request's user. @returns whether the user has one of that name. */
export async function endSession(ctx: Context, handle: string): Promise<boolean> {
  const options = { only: handle, reason: 'user' };
  return (await storeOf(ctx).hardened.revoke(userOf(ctx), options)) > 0;
}

/** Ends all sessions of this request's user but this one. Resolves when the store confirmed it. */
export async function endOtherSessions(ctx: Context, reason = 'user'): Promise<void> {
  const except = ctx.session.handle;
  await storeOf(ctx).hardened.revoke(userOf(ctx), { except, reason });
}

/** Ends all sessions of a user, in the name of this request's: whether that may be is up to you. */
export async function endSessionsOf(ctx: Context, userId: string): Promise<void> {
  await storeOf(ctx).hardened.revoke(userId, { by: userOf(ctx), reason: 'administrator' });
}

function userOf({ session: { userId } }: Context): string {
  if (userId === undefined) throw new TypeError('this request has no user');
  return userId;
}
