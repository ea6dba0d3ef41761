export type { SessionSummary, SessionView } from '../session-view.ts';
export { isForm, readBody } from './body.ts';
export type { Context, LiveSession, Middleware, SessionContext } from './context.ts';
export { cookieNames, sign, verify } from './cookie-signature.ts';
export {
  keepSession,
  limitUnknownCookies,
  requestContext,
  requireCsrfToken,
  requireOwnOrigin,
  requireTls,
  setSecurityHeaders,
} from './guards.ts';
export {
  changeSession,
  csrfTokenOf,
  describeSession,
  elevate,
  isSessionLost,
  logIn,
  logOut,
  requireFresh,
  saveSession,
} from './log-in.ts';
export { answerProblems, notFound } from './problems.ts';
export { answer, answerPage, type Handlers, health, type PathParameters, route } from './routes.ts';
export { sessionCookie } from './session-cookie.ts';
export { SessionStore, type SessionStoreOptions } from './session-store.ts';
export { endOtherSessions, endSession, endSessionsOf, listSessions } from './sessions.ts';
