export type { SessionView } from '../session-view.ts';
export { isForm, readBody } from './body.ts';
export type { Context, LiveSession, Middleware, SessionContext } from './context.ts';
export { cookieNames, sign, verify } from './cookie-signature.ts';
export {
  requestContext,
  requireCsrfToken,
  requireOwnOrigin,
  requireTls,
  setSecurityHeaders,
} from './guards.ts';
export {
  csrfTokenOf,
  describeSession,
  isSessionLost,
  logIn,
  logOut,
  saveSession,
} from './log-in.ts';
export { answerProblems, notFound } from './problems.ts';
export { answer, answerPage, type Handlers, health, route } from './routes.ts';
export { sessionCookie } from './session-cookie.ts';
export { SessionStore, type SessionStoreOptions } from './session-store.ts';
