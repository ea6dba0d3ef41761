import type { Exercise } from '../../src/exercise.ts';
import { check } from './check.ts';

export const fromMemoryToRedis: Exercise = {
  id: '08-from-memory-to-redis',
  title: 'From memory to Redis',
  files: ['store.ts'],
  needs: ['redis'],
  starterIs: 'not-written',
  wrong: [],
  hints: [],
  check,
};
