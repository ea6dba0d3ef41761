import type { Exercise } from '../../src/exercise.ts';
import { check } from './check.ts';

export const aNewIdAtLogin: Exercise = {
  id: '03-a-new-id-at-login',
  title: 'A new id at login',
  files: ['login.ts'],
  needs: [],
  starterIs: 'planted-id-lives',
  wrong: ['lost-cart', 'not-logged-in', 'no-new-cookie', 'another-users-cart'],
  hints: [
    'Who chose the session id that Ada has after her login?',
    'express-session can give a session a new id: look for `regenerate` in its README.',
    '`regenerate` takes a callback and calls it with an error, or nothing: wait for it.',
    'After `regenerate`, `req.session` is another, empty object: what do you want to keep of the ' +
      'old?',
    'First read the cart, and whose it was; then ' +
      '`await promisify<void>((done) => req.session.regenerate(done))()`; then set `userId`, ' +
      '`loggedInAt`, and the cart unless it was that of another user.',
  ],
  check,
};
