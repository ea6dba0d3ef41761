/** How long a session may live. All in milliseconds. */
export interface Lifetime {
  /** Without a request for this long, a session ends. */
  idleMs: number;
  /** However busy, a session ends this long after the login (or, if anonymous, its creation). */
  absoluteMs: number;
}

/** Everything about a session that has a duration. All in milliseconds. */
export interface Durations extends Lifetime {
  /** How long after a password was given sensitive changes need no other. */
  freshMs: number;
  /** How old an id may become; then the session gets a new one. */
  renewMs: number;
  /** How long the id before still leads to the session: for requests that were under way. */
  graceMs: number;
  /** How long the browser keeps the cookie of who asked to be remembered. */
  rememberMs: number;
}

/** The times a session record carries. Milliseconds since the Unix epoch. */
export interface SessionTimes {
  createdAt: number;
  lastSeenAt: number;
  authenticatedAt?: number | undefined;
}

export type Verdict = 'alive' | 'idle' | 'absolute' | 'implausible';

// Clocks of two instances differ a little; a record from the far future is forged or broken.
const CLOCK_SKEW_MS = 60_000;

/**
 * How much of the idle time may pass before a request pushes the expiry: a tenth, at least a second.
 * That is what saves a write on almost every request. The record lives that much longer in turn, so
 * that a session in use never ends early; an unused one ends late by this much at most.
 */
export function touchAfterMs({ idleMs }: Lifetime): number {
  return Math.max(1000, idleMs / 10);
}

/** When an untouched record ends: the earlier of its idle and its absolute limit. Epoch ms. */
export function expiresAt(times: SessionTimes, lifetime: Lifetime): number {
  return Math.min(
    times.lastSeenAt + lifetime.idleMs + touchAfterMs(lifetime),
    absoluteEnd(times, lifetime),
  );
}

/** Counted from the login, so that neither traffic nor a new id restarts it (ASVS 5.0 7.3.2). */
export function absoluteEnd(times: SessionTimes, lifetime: Lifetime): number {
  return (times.authenticatedAt ?? times.createdAt) + lifetime.absoluteMs;
}

/**
 * The server's own judgement, from the times inside the sealed record: a cookie's `Expires` and a
 * store's TTL are conveniences. Times from the future count as expired (ASVS 5.0 16.5.3).
 */
export function judge(times: SessionTimes, lifetime: Lifetime, now: number): Verdict {
  const latest = Math.max(times.createdAt, times.lastSeenAt, times.authenticatedAt ?? 0);
  if (latest > now + CLOCK_SKEW_MS) return 'implausible';
  if (now >= absoluteEnd(times, lifetime)) return 'absolute';
  if (now >= expiresAt(times, lifetime)) return 'idle';
  return 'alive';
}
