import type { Clock } from './clock.ts';
import { absoluteEnd, type Lifetime } from './lifetime.ts';
import type { SessionFields } from './record.ts';

/** A session as its user may see it. Times are ISO 8601, UTC. */
export interface SessionView {
  handle: string;
  createdAt: string;
  /** This request. */
  lastSeenAt: string;
  /** Without another request, the session ends then or a tenth of the idle time later. */
  idleExpiresAt: string;
  absoluteExpiresAt: string;
}

/** @throws TypeError for a session that is not in the store. */
export function viewOf(
  { handle, createdAt, lastSeenAt, authenticatedAt }: Partial<SessionFields>,
  { clock, lifetime }: { clock: Clock; lifetime: Lifetime },
): SessionView {
  if (handle === undefined || createdAt === undefined || lastSeenAt === undefined) {
    throw new TypeError('this request has no session');
  }
  const now = clock.now();
  const end = absoluteEnd({ createdAt, lastSeenAt, authenticatedAt }, lifetime);
  const iso = (time: number) => new Date(time).toISOString();
  return {
    handle,
    createdAt: iso(createdAt),
    lastSeenAt: iso(now),
    idleExpiresAt: iso(Math.min(now + lifetime.idleMs, end)),
    absoluteExpiresAt: iso(end),
  };
}
