export { bothHosts } from './both-hosts.ts';
export {
  type Account,
  ADA,
  type Answer,
  type Body,
  Browser,
  GRACE,
  idIn,
  readSetCookie,
  replay,
  type Sent,
  type SetCookie,
} from './browser.ts';
export { serve } from './serve.ts';
export { type ServerProcess, startServer } from './server-process.ts';
export { NEXT_SECRET, NO_LIMITS, PRODUCTION, SECRET } from './target.ts';
