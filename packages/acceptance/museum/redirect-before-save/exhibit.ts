import type { Exhibit } from '../exhibit.ts';
import { open as faulty } from './faulty.ts';
import { open as fixed } from './fixed.ts';
import { visit } from './visit.ts';

export const redirectBeforeSave: Exhibit = {
  id: 'redirect-before-save',
  title: 'a login redirects, and the browser is faster than the store',
  faulty,
  fixed,
  visit,
  lives: [
    'https://github.com/expressjs/session/issues/360',
    'https://github.com/expressjs/session/issues/526',
    'https://github.com/jaredhanson/passport/issues/703',
  ],
};
