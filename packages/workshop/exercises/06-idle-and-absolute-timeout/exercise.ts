import type { Exercise } from '../../src/exercise.ts';
import { check } from './check.ts';

export const idleAndAbsoluteTimeout: Exercise = {
  id: '06-idle-and-absolute-timeout',
  title: 'Idle and absolute timeout',
  files: ['lifetime.ts'],
  needs: [],
  starterIs: 'idle-for-ever',
  wrong: ['left-to-the-browser', 'active-user-logged-out', 'busy-for-ever', 'record-lives-on'],
  hints: [
    'Which two moments have to be known, and which of them is known already?',
    'What you write into `req.session` is in the record at the next request: no browser can ' +
      'change it.',
    'Look whether the time is up before you write down that somebody was here; and only where ' +
      '`req.session.userId` is set, or each visitor gets a session.',
    'The routes need a `req.session`. What gives it a new id in `login.ts` ends the old record ' +
      'and puts an empty session in its place.',
    'With `{ loggedInAt = 0, lastSeenAt = loggedInAt }` of the session: if `now - lastSeenAt` is ' +
      'over 30 minutes or `now - loggedInAt` over 12 hours, await `regenerate`; else set ' +
      '`lastSeenAt` to `now`.',
  ],
  check,
};
