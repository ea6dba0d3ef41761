import type { Exercise } from '../../src/exercise.ts';
import { check } from './check.ts';

export const idleAndAbsoluteTimeout: Exercise = {
  id: '06-idle-and-absolute-timeout',
  title: 'Idle and absolute timeout',
  files: ['lifetime.ts'],
  needs: [],
  starterIs: 'not-written',
  wrong: [],
  hints: [],
  check,
};
