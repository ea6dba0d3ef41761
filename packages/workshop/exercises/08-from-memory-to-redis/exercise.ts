import type { Exercise } from '../../src/exercise.ts';
import { check } from './check.ts';

export const fromMemoryToRedis: Exercise = {
  id: '08-from-memory-to-redis',
  title: 'From memory to Redis',
  files: ['store.ts'],
  needs: ['redis'],
  starterIs: 'logged-out-by-restart',
  wrong: ['not-connected', 'keys-for-ever', 'cached-here', 'dies-with-redis'],
  hints: [
    'Which process holds the records now, and what becomes of them when it ends?',
    '`connect-redis` has a store for express-session, `redis` the client that it needs: both ' +
      'are installed, and their READMEs begin with what you need.',
    '`createClient({ url })`, a listener for `error`, `await client.connect()`; then `new ' +
      'RedisStore({ client, prefix, ttl })`, and nothing in front of it.',
    '`close` is called at SIGTERM, when the last request is answered: `client.close()`.',
  ],
  check,
};
