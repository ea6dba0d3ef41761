import type { Exercise } from '../../src/exercise.ts';
import { check } from './check.ts';

export const readACookie: Exercise = {
  id: '01-read-a-cookie',
  title: 'Read a cookie',
  files: ['answers.ts'],
  needs: [],
  wrong: ['signed-is-encrypted', 'user-in-the-cookie', 'copy-is-refused'],
  hints: [
    'What does the check say that it saw? It tries each answer with a real cookie.',
    'Look yourself: start the shop with `node --import tsx server.ts` in the folder of this ' +
      'exercise, then `curl -i -d email=ada@example.com -d password=lovelace-1815 ' +
      'http://127.0.0.1:3000/login`. The cookie is in the line `Set-Cookie`.',
    'Decoded, its value is `s:`, the session id, a dot, and a signature. Each letter of the id ' +
      'stands for 6 random bits.',
    'Of the eight answers, the two about what else is in the cookie are `false`, the others that ' +
      'ask yes or no are `true`.',
  ],
  check,
};
