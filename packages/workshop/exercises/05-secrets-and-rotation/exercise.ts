import type { Exercise } from '../../src/exercise.ts';
import { check } from './check.ts';

export const secretsAndRotation: Exercise = {
  id: '05-secrets-and-rotation',
  title: 'Secrets and their rotation',
  files: ['secrets.ts'],
  needs: [],
  starterIs: 'not-written',
  wrong: [],
  hints: [],
  check,
};
