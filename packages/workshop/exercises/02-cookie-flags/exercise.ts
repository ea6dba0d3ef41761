import type { Exercise } from '../../src/exercise.ts';
import { check } from './check.ts';

export const cookieFlags: Exercise = {
  id: '02-cookie-flags',
  title: 'Cookie flags',
  files: ['cookie.ts'],
  needs: [],
  starterIs: 'not-written',
  wrong: [],
  hints: [],
  check,
};
