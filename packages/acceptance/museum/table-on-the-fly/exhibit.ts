import type { Exhibit } from '../exhibit.ts';
import { open as faulty } from './faulty.ts';
import { open as fixed } from './fixed.ts';
import { visit } from './visit.ts';

export const tableOnTheFly: Exhibit = {
  id: 'table-on-the-fly',
  title: 'a first request while Postgres is away, and the store never recovers',
  faulty,
  fixed,
  visit,
  lives: [
    'https://github.com/voxpelli/node-connect-pg-simple/blob/main/index.js',
    'https://github.com/voxpelli/node-connect-pg-simple/issues/279',
  ],
};
