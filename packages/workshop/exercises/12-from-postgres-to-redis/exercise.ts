import type { Exercise } from '../../src/exercise.ts';
import { check } from './check.ts';

export const fromPostgresToRedis: Exercise = {
  id: '12-from-postgres-to-redis',
  title: 'From Postgres to Redis without a logout',
  files: ['store.ts'],
  needs: ['redis', 'postgres'],
  starterIs: 'not-written',
  wrong: [],
  hints: [],
  check,
};
