import type { Exercise } from '../../src/exercise.ts';
import { check } from './check.ts';

export const listAndRevoke: Exercise = {
  id: '10-list-and-revoke',
  title: 'List and revoke',
  files: ['sessions.ts'],
  needs: ['redis'],
  starterIs: 'not-written',
  wrong: [],
  hints: [],
  check,
};
