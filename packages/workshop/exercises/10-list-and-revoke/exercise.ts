import type { Exercise } from '../../src/exercise.ts';
import { check } from './check.ts';

export const listAndRevoke: Exercise = {
  id: '10-list-and-revoke',
  title: 'List and revoke',
  files: ['sessions.ts'],
  needs: ['redis'],
  starterIs: 'handle-is-the-id',
  wrong: [
    'id-in-disguise',
    'anybody-can-end-it',
    'only-off-the-list',
    'known-on-one-instance',
    'current-one-lives',
  ],
  hints: [
    'Who else gets to see this list: a proxy, a log, a screenshot, a script in the page? What ' +
      'could they do with each line of it?',
    'A handle has to be the same on each instance and at each request, and must not lead back ' +
      'to the id. `node:crypto` has something that goes one way only.',
    'Do not look for the session of a handle: look for it among the sessions *of this user*. ' +
      "Then somebody else's is not found, like one that never was.",
    '`createHash("sha256").update(id).digest("base64url")`; a handle is compared with that of ' +
      "each of the user's sessions, and `store.destroy(id)` ends the one that is found.",
    'What does express-session do with the session of this very request when it has been ' +
      'answered? End the current one by `req.session.destroy`.',
  ],
  check,
};
