import type { Request } from 'express';

declare module 'express-session' {
  interface SessionData {
    lastSeenAt: number;
  }
}

const MINUTE = 60_000;

/**
 * Ends a session whose time is up. Called at each request, before the routes.
 *
 * @param now milliseconds since 1970.
 */
export async function endStale(req: Request, now: number): Promise<void> {
  const { userId, loggedInAt = 0, lastSeenAt = loggedInAt } = req.session;
  if (!userId) return;
  if (now - lastSeenAt > 30 * MINUTE || now - loggedInAt > 12 * 60 * MINUTE) {
    delete req.session.userId;
  } else {
    req.session.lastSeenAt = now;
  }
}
