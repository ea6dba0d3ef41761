import type { Exhibit } from '../exhibit.ts';
import { open as faulty } from './faulty.ts';
import { open as fixed } from './fixed.ts';
import { visit } from './visit.ts';

export const cookieFunctionWithAuto: Exhibit = {
  id: 'cookie-function-with-auto',
  title: "the cookie is described by a function that says secure: 'auto'",
  faulty,
  fixed,
  visit,
  lives: [
    'https://github.com/expressjs/session/blob/v1.19.0/index.js',
    'https://github.com/expressjs/express/pull/7061',
  ],
};
