import type { Exhibit } from '../exhibit.ts';
import { open as faulty } from './faulty.ts';
import { open as fixed } from './fixed.ts';
import { visit } from './visit.ts';

export const uncheckedSecret: Exhibit = {
  id: 'unchecked-secret',
  title: 'the secret is whatever the environment has, also nothing',
  faulty,
  fixed,
  visit,
  lives: [
    'https://github.com/voxpelli/node-connect-pg-simple#readme',
    'https://github.com/expressjs/session#secret',
  ],
};
