import type { Exercise } from '../../src/exercise.ts';
import { check } from './check.ts';

export const secretsAndRotation: Exercise = {
  id: '05-secrets-and-rotation',
  title: 'Secrets and their rotation',
  files: ['secrets.ts'],
  needs: [],
  starterIs: 'known-secret',
  wrong: [
    'starts-without-a-secret',
    'starts-in-development',
    'rotation-logs-out',
    'signs-with-the-old',
  ],
  hints: [
    'What should a shop do that has no secret: go on with one that others know, or not start?',
    '`server.ts` calls `readSecrets` before it listens: an `Error` that you throw there ends the ' +
      'process, with its message and exit code 1.',
    'express-session takes a list of secrets: the first signs, all of them verify. Look for ' +
      '`secret` in its README.',
    "`(env['SESSION_SECRET'] ?? '').split(',')`, each one trimmed; throw when `some` of them is " +
      'shorter than 32 characters or the one of `.env.example`; return them as they come.',
  ],
  check,
};
