import type { Exhibit } from '../exhibit.ts';
import { open as faulty } from './faulty.ts';
import { open as fixed } from './fixed.ts';
import { visit } from './visit.ts';

export const storeFactory: Exhibit = {
  id: 'store-factory',
  title: 'connect-redis is called with express-session, as it had to be up to version 6',
  faulty,
  fixed,
  visit,
  lives: [
    'https://github.com/expressjs/express/blob/master/examples/session/redis.js',
    'https://github.com/expressjs/express/pull/7059',
  ],
};
