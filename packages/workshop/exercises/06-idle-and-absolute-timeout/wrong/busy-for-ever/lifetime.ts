import { promisify } from 'node:util';
import type { Request } from 'express';

declare module 'express-session' {
  interface SessionData {
    lastSeenAt: number;
  }
}

/**
 * Ends a session whose time is up. Called at each request, before the routes.
 *
 * @param now milliseconds since 1970.
 */
export async function endStale(req: Request, now: number): Promise<void> {
  const { userId, lastSeenAt = now } = req.session;
  if (!userId) return;
  if (now - lastSeenAt > 30 * 60_000) {
    await promisify<void>((done) => req.session.regenerate(done))();
  } else {
    req.session.lastSeenAt = now;
  }
}
