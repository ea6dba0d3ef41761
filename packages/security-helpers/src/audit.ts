import pino from 'pino';
import { diagnostics } from './diagnostics.ts';
import { mac } from './keys.ts';
import { currentRequest } from './request-context.ts';

/** The steps of a session's life, and the attempts on it. */
export const auditEvents = [
  'session_created',
  'session_ended',
  'session_expired',
  'session_unknown',
  'session_lost_race',
  'session_renewed',
  'session_evicted',
  'session_revoked',
  'client_changed',
  'record_rejected',
  'login_succeeded',
  'login_failed',
  'login_throttled',
  'reauthenticated',
  'reauthentication_failed',
  'password_changed',
  'logged_out',
  'cookie_rejected',
  'cookies_throttled',
  'csrf_rejected',
  'origin_rejected',
  'store_failed',
] as const;

export type AuditEventName = (typeof auditEvents)[number];

export interface AuditDetails {
  /** A session's store key. Only a keyed hash of it leaves this function. */
  key?: string | undefined;
  /** Whose session it is. */
  userId?: string | undefined;
  /** Who did it, if it was somebody else. */
  by?: string | undefined;
  reason?: string | undefined;
}

/** Writes one audit event. Never throws. */
export type Audit = (event: AuditEventName, details?: AuditDetails) => void;

/** Where audit events go: one object each, without any id, cookie, token or key in it. */
export interface AuditSink {
  info(event: Record<string, unknown>, message: string): void;
}

/**
 * One JSON line an event on standard output, with its time in UTC. JSON escapes line breaks, so that
 * no value can forge a second line (ASVS 5.0 16.4.1).
 */
export function auditLog(): AuditSink {
  return pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime });
}

/**
 * Binds audit events to a sink and a key.
 *
 * @param key correlates the events of one session without giving its id away (ASVS 5.0 16.2.5).
 */
export function createAudit(sink: AuditSink, key: Buffer): Audit {
  return (event, { key: storeKey, ...details } = {}) => {
    if (diagnostics.audit.hasSubscribers) diagnostics.audit.publish(event);
    const session = storeKey && mac(key, storeKey).subarray(0, 9).toString('base64url');
    try {
      sink.info({ event, session, ...details, client: currentRequest()?.client }, event);
    } catch (error) {
      console.error(error); // a log that is full must not decide who gets in
    }
  };
}
