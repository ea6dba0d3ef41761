export {
  type Account,
  ADA,
  type Answer,
  type Body,
  Browser,
  GRACE,
  idIn,
  replay,
  type Sent,
} from './browser.ts';
export { type ServerProcess, startServer } from './server-process.ts';
export { NEXT_SECRET, PRODUCTION, SECRET } from './target.ts';
