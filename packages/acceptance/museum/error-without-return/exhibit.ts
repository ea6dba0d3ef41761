import type { Exhibit } from '../exhibit.ts';
import { open as faulty } from './faulty.ts';
import { open as fixed } from './fixed.ts';
import { visit } from './visit.ts';

export const errorWithoutReturn: Exhibit = {
  id: 'error-without-return',
  title: 'an error is passed on with `if (err) next(err)`, and the login goes on',
  faulty,
  fixed,
  visit,
  lives: ['https://github.com/expressjs/session#user-login', 'OWASP ASVS 5.0, 16.5.3'],
};
