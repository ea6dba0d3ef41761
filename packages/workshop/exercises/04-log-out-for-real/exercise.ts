import type { Exercise } from '../../src/exercise.ts';
import { check } from './check.ts';

export const logOutForReal: Exercise = {
  id: '04-log-out-for-real',
  title: 'Log out for real',
  files: ['logout.ts'],
  needs: [],
  starterIs: 'copy-still-works',
  wrong: ['record-lives-on', 'cookie-stays-in-production', 'not-confirmed'],
  hints: [
    'What does the cookie open, and where is that kept?',
    'A session of express-session has a method that deletes its record: look for `destroy` in ' +
      'its README.',
    '`destroy` takes a callback and calls it with an error, or nothing: wait for it, and let the ' +
      'error out. `errors.ts` answers it.',
    'A browser takes the clearing of a cookie as any other cookie: for `__Host-sid` it wants ' +
      '`Secure` and `Path=/`. Name and attributes are in `cookie.ts`.',
    '`await promisify<void>((done) => req.session.destroy(done))()`, and only then ' +
      '`res.clearCookie` with the name and the attributes of ' +
      "`cookieOf(req.app.get('env') === 'production')`.",
  ],
  check,
};
