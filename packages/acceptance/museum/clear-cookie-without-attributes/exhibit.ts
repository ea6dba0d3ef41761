import type { Exhibit } from '../exhibit.ts';
import { open as faulty } from './faulty.ts';
import { open as fixed } from './fixed.ts';
import { visit } from './visit.ts';

export const clearCookieWithoutAttributes: Exhibit = {
  id: 'clear-cookie-without-attributes',
  title: 'a logout clears the cookie by its name alone',
  faulty,
  fixed,
  visit,
  lives: [
    'https://github.com/expressjs/session/issues/241',
    'https://github.com/expressjs/express/issues/3941',
    'RFC 6265bis, 4.1.3.2 and 5.7',
  ],
};
