import { promisify } from 'node:util';
import type { Request } from 'express';

declare module 'express-session' {
  interface SessionData {
    lastSeenAt: number;
  }
}

const MINUTE = 60_000;
const IDLE = 30 * MINUTE;
const ABSOLUTE = 12 * 60 * MINUTE;

/**
 * Ends a session whose time is up. Called at each request, before the routes.
 *
 * @param now milliseconds since 1970.
 */
export async function endStale(req: Request, now: number): Promise<void> {
  const { userId, loggedInAt = 0, lastSeenAt = loggedInAt } = req.session;
  if (!userId) return; // to write into a visitor's session would make a record for each of them
  const isIdle = now - lastSeenAt > IDLE + MINUTE; // `lastSeenAt` may be a minute behind
  const isOver = now - loggedInAt > ABSOLUTE; // or a thief keeps it awake for ever
  if (isIdle || isOver) {
    // The record is gone, whoever else has the cookie; the routes go on with an empty session.
    await promisify<void>((done) => req.session.regenerate(done))();
  } else if (now - lastSeenAt > MINUTE) {
    // Not at each request: a write may undo what a parallel request has just written.
    req.session.lastSeenAt = now;
  }
}
