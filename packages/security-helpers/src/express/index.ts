export type { SessionSummary, SessionView } from '../session-view.ts';
export { sign, verify } from './cookie-signature.ts';
export {
  isForm,
  keepSession,
  limitUnknownCookies,
  readBody,
  requestContext,
  requireCsrfToken,
  requireOwnOrigin,
  requireTls,
  sessionCookie,
  setSecurityHeaders,
} from './guards.ts';
export {
  csrfTokenOf,
  describeSession,
  elevate,
  isSessionLost,
  logIn,
  logOut,
  requireFresh,
} from './log-in.ts';
export { messageClasses } from './message-classes.ts';
export { answerProblems, notFound } from './problems.ts';
export { answer, type Handlers, health, route } from './routes.ts';
export {
  changeSession,
  SessionStore,
  type SessionStoreOptions,
  saveSession,
} from './session-store.ts';
export { endOtherSessions, endSession, endSessionsOf, listSessions } from './sessions.ts';
