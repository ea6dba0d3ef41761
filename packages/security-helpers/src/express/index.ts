export type { SessionView } from '../session-view.ts';
export { sign, verify } from './cookie-signature.ts';
export {
  isForm,
  readBody,
  requestContext,
  requireCsrfToken,
  requireOwnOrigin,
  requireTls,
  sessionCookie,
  setSecurityHeaders,
} from './guards.ts';
export { csrfTokenOf, describeSession, isSessionLost, logIn, logOut } from './log-in.ts';
export { answerProblems, notFound } from './problems.ts';
export { answer, type Handlers, health, route } from './routes.ts';
export { SessionStore, type SessionStoreOptions, saveSession } from './session-store.ts';
