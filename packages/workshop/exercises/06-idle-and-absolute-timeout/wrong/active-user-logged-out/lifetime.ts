import { promisify } from 'node:util';
import type { Request } from 'express';

/**
 * Ends a session whose time is up. Called at each request, before the routes.
 *
 * @param now milliseconds since 1970.
 */
export async function endStale(req: Request, now: number): Promise<void> {
  const { userId, loggedInAt = 0 } = req.session;
  if (!userId || now - loggedInAt <= 30 * 60_000) return;
  await promisify<void>((done) => req.session.regenerate(done))();
}
