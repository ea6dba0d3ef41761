// What the tests see of the server from outside: browsers, and the server as a process.

export {
  type Account,
  ADA,
  type Answer,
  Browser,
  GRACE,
  idIn,
  readSetCookie,
  replay,
} from './browser.ts';
export { type ServerProcess, startServer } from './server-process.ts';
