import type { Exercise } from '../../src/exercise.ts';
import { check } from './check.ts';

export const csrf: Exercise = {
  id: '07-csrf',
  title: 'Requests that another site makes (CSRF)',
  files: ['csrf.ts'],
  needs: [],
  starterIs: 'not-written',
  wrong: [],
  hints: [],
  check,
};
