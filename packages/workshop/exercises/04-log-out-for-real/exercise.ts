import type { Exercise } from '../../src/exercise.ts';
import { check } from './check.ts';

export const logOutForReal: Exercise = {
  id: '04-log-out-for-real',
  title: 'Log out for real',
  files: ['logout.ts'],
  needs: [],
  starterIs: 'not-written',
  wrong: [],
  hints: [],
  check,
};
