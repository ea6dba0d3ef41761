import type { Exhibit } from '../exhibit.ts';
import { open as faulty } from './faulty.ts';
import { open as fixed } from './fixed.ts';
import { visit } from './visit.ts';

export const randomSecret: Exhibit = {
  id: 'random-secret',
  title: 'where no secret is set, each process makes one up',
  faulty,
  fixed,
  visit,
  lives: [
    'https://github.com/expressjs/session/issues/734',
    'https://github.com/Unitech/pm2/issues/286',
  ],
};
