import type { Clock } from './clock.ts';
import { absoluteEnd, type Lifetime } from './lifetime.ts';
import { Problem } from './problem.ts';
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

/** One of a user's sessions, in the list of them. */
export interface SessionSummary {
  handle: string;
  createdAt: string;
  /** To within a tenth of the idle time: a request does not always write. */
  lastSeenAt: string;
  /** Browser, system and network at the last look. */
  client: string;
  /** Whether it is the session of this request. */
  current: boolean;
}

/** @param current the handle of this request's session. */
export function summaryOf(
  { handle, createdAt, lastSeenAt, client = 'unknown' }: SessionFields,
  current: string | undefined,
): SessionSummary {
  return {
    handle,
    createdAt: new Date(createdAt).toISOString(),
    lastSeenAt: new Date(lastSeenAt).toISOString(),
    client,
    current: handle === current,
  };
}

/** Whether the password was given a short while ago; without that, no sensitive change. */
export function isFresh({ freshUntil = 0 }: Partial<SessionFields>, now: number): boolean {
  return now < freshUntil;
}

/** The answer to a sensitive change without a fresh password (ASVS 5.0 7.5.1). */
export function reauthenticationProblem(): Problem {
  return new Problem(403, 'reauth_required', 'Please give your password again first.');
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
