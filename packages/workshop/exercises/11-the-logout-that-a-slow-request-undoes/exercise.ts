import type { Exercise } from '../../src/exercise.ts';
import { check } from './check.ts';

export const theLogoutThatASlowRequestUndoes: Exercise = {
  id: '11-the-logout-that-a-slow-request-undoes',
  title: 'The logout that a slow request undoes',
  files: ['store.ts'],
  needs: ['redis'],
  starterIs: 'not-written',
  wrong: [],
  hints: [],
  check,
};
