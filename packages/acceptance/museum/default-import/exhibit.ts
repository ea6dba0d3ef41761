import type { Exhibit } from '../exhibit.ts';
import { open as faulty } from './faulty.ts';
import { open as fixed } from './fixed.ts';
import { visit } from './visit.ts';

export const defaultImport: Exhibit = {
  id: 'default-import',
  title: 'the default export of connect-redis is imported, which there is none of',
  faulty,
  fixed,
  visit,
  lives: [
    'https://www.npmjs.com/package/connect-redis/v/7.1.1',
    'https://www.npmjs.com/package/connect-redis',
  ],
};
