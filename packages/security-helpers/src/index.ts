export { type Audit, type AuditEventName, type AuditSink, auditLog, createAudit } from './audit.ts';
export { type Clock, ManualClock, systemClock } from './clock.ts';
export {
  type Config,
  type ConfigDefaults,
  ConfigError,
  readConfig,
  readNamespace,
} from './config.ts';
export { type CookiePolicy, clearingCookie, cookiePolicy } from './cookie-policy.ts';
export { csrfToken, isCsrfToken } from './csrf.ts';
export { diagnostics, hear, type Load, type Said, type StoreCall } from './diagnostics.ts';
export { type Forwarded, readForwarded } from './forwarded.ts';
export {
  HardenedStore,
  type HardenedStoreOptions,
  SessionEndedError,
  SessionTooLargeError,
  type StoredSession,
} from './hardened-store.ts';
export { cspHash, Html, html } from './html.ts';
export type { Identity } from './identity.ts';
export { readInput } from './input.ts';
export {
  deriveKeys,
  equalInConstantTime,
  mac,
  type SealKey,
  type SessionKeys,
} from './keys.ts';
export {
  absoluteEnd,
  type Durations,
  expiresAt,
  judge,
  type Lifetime,
  type SessionTimes,
  touchAfterMs,
  type Verdict,
} from './lifetime.ts';
export { type LoadLimits, limitLoad } from './load-limit.ts';
export { MemoryStore } from './memory-store.ts';
export { SessionChangedError } from './merge.ts';
export { type Moved, moveSessions } from './move-sessions.ts';
export { MovingStore, type MovingStoreOptions } from './moving-store.ts';
export type { NonEmpty } from './non-empty.ts';
export {
  allowedOrigins,
  isAllowedOrigin,
  isSafeMethod,
  type OriginHeaders,
} from './origin-check.ts';
export { Problem, toProblem } from './problem.ts';
export { listen, type Running, runDirectly, runTask, UnavailableError } from './process.ts';
export { newFields, type RecordSchema, recordSchema, type SessionFields } from './record.ts';
export type { Entry, KeyChange, OpenedStore, RecordStore, StoreGauges } from './record-store.ts';
export { currentRequest, inRequest, type RequestContext } from './request-context.ts';
export { type Envelope, type Opened, open, seal } from './seal.ts';
export { parseSecrets, SecretError } from './secrets.ts';
export { CLEAR_SITE_DATA, STRICT_TRANSPORT_SECURITY, securityHeaders } from './security-headers.ts';
export { type CookieFinding, findSessionCookie, withoutCookie } from './session-cookie.ts';
export { isSessionId, newHandle, newSessionId, storeKey } from './session-id.ts';
export {
  type Check,
  checkAny,
  StoreUnavailableError,
  withDeadline,
  withinBudget,
} from './store-budget.ts';
export { type MakeLimiter, memoryLimiter, Throttle, type ThrottleOptions } from './throttle.ts';
