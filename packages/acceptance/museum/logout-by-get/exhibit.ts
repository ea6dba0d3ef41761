import type { Exhibit } from '../exhibit.ts';
import { open as faulty } from './faulty.ts';
import { open as fixed } from './fixed.ts';
import { visit } from './visit.ts';

export const logoutByGet: Exhibit = {
  id: 'logout-by-get',
  title: 'a link logs out',
  faulty,
  fixed,
  visit,
  lives: [
    'https://github.com/expressjs/session#user-login',
    'https://github.com/expressjs/express/blob/master/examples/auth/index.js',
    'RFC 9110, 9.2.1: safe methods',
  ],
};
