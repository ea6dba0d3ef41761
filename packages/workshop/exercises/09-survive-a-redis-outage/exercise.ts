import type { Exercise } from '../../src/exercise.ts';
import { check } from './check.ts';

export const surviveARedisOutage: Exercise = {
  id: '09-survive-a-redis-outage',
  title: 'Survive a Redis outage',
  files: ['store.ts', 'errors.ts'],
  needs: ['redis'],
  starterIs: 'waits-for-redis',
  wrong: [
    'hangs-when-frozen',
    'says-logged-out',
    'serves-a-stranger',
    'never-comes-back',
    'blames-the-store',
  ],
  hints: [
    'How long may a visitor wait? And what does the shop know about a session while nobody ' +
      'answers?',
    'Without a connection, the client keeps commands in a queue and waits: look for ' +
      '`disableOfflineQueue`. A frozen Redis has a connection, and only says nothing.',
    'Whatever the client does, you can stop waiting: extend `RedisStore`, and let each of its ' +
      'methods race with a timer.',
    'Reject with an error class of your own. `errors.ts` knows it by `instanceof`, and ' +
      'answers 503 with `Retry-After`; all other errors are answered as before.',
    'express-session saves while the answer is already on its way. Then `res.headersSent` is ' +
      'true, and there is nothing to answer: `return next(error)`.',
  ],
  check,
};
