import type { Exercise } from '../../src/exercise.ts';
import { check } from './check.ts';

export const theLogoutThatASlowRequestUndoes: Exercise = {
  id: '11-the-logout-that-a-slow-request-undoes',
  title: 'The logout that a slow request undoes',
  files: ['store.ts'],
  needs: ['redis'],
  starterIs: 'logged-in-again',
  wrong: [
    'works-for-a-second',
    'remembered-here-only',
    'between-check-and-write',
    'nobody-logs-in',
  ],
  hints: [
    'When did the slow request read the session, and when does express-session write it? What ' +
      'does `set` of a store mean: "insert", "replace", or "whichever it is"?',
    'Two commands have a moment between them, and the logout can be in it. Redis has single ' +
      'commands that write under a condition: look at the options of `SET`.',
    '`SET … XX` writes only what is there already. That is right for a session that was ' +
      'loaded, and wrong for a new one: `set` has to know which it has.',
    'express-session calls `store.createSession(req, data)` for each session that it has ' +
      'loaded, and passes what that returns to `set` later. Extend it, and remember the object ' +
      'in a `WeakSet`.',
    'A new session is stored as well from its first `set` on: at a login it is saved twice.',
  ],
  check,
};
