import type { Exercise } from '../../src/exercise.ts';
import { check } from './check.ts';

export const fromPostgresToRedis: Exercise = {
  id: '12-from-postgres-to-redis',
  title: 'From Postgres to Redis without a logout',
  files: ['store.ts'],
  needs: ['redis', 'postgres'],
  starterIs: 'everybody-logged-out',
  wrong: ['logout-undone', 'copy-outlives-logout', 'moved-too-early', 'stale-row-wins'],
  hints: [
    'As soon as there are two records of one session, one of them is wrong. Which one, and ' +
      'who says so?',
    'Sessions end by themselves, within a day. Does an old one have to move at all?',
    'Leave each session where it began: a new one in Redis, an old one in its row. `get` ' +
      'looks into Redis, and then into Postgres (`pg` is installed; the table is that of ' +
      '`connect-pg-simple`).',
    'A session that was loaded is only replaced: `SET … XX` in Redis; if that answers `null`, ' +
      '`UPDATE session SET sess = $2 WHERE sid = $1`, which does nothing when the row is gone.',
    '`touch`, `destroy` and `all` as well: both places are asked, and `destroy` is done when ' +
      'both have confirmed it.',
  ],
  check,
};
