import type { Exhibit } from '../exhibit.ts';
import { open as faulty } from './faulty.ts';
import { open as fixed } from './fixed.ts';
import { visit } from './visit.ts';

export const wholeUserInSession: Exhibit = {
  id: 'whole-user-in-session',
  title: 'the user is put into the session as the database has them, with salt and hash',
  faulty,
  fixed,
  visit,
  lives: [
    'https://github.com/expressjs/express/blob/master/examples/auth/index.js',
    'https://owasp.org/www-project-application-security-verification-standard/ (ASVS 5.0, 14.2.6)',
  ],
};
