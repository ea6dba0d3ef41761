import type { Exercise } from '../../src/exercise.ts';
import { check } from './check.ts';

export const surviveARedisOutage: Exercise = {
  id: '09-survive-a-redis-outage',
  title: 'Survive a Redis outage',
  files: ['store.ts', 'errors.ts'],
  needs: ['redis'],
  starterIs: 'not-written',
  wrong: [],
  hints: [],
  check,
};
