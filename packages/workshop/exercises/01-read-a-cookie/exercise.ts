import type { Exercise } from '../../src/exercise.ts';
import { check } from './check.ts';

export const readACookie: Exercise = {
  id: '01-read-a-cookie',
  title: 'Read a cookie',
  files: ['answers.ts'],
  needs: [],
  starterIs: 'not-written',
  wrong: [],
  hints: [],
  check,
};
