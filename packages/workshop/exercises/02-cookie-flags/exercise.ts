import type { Exercise } from '../../src/exercise.ts';
import { check } from './check.ts';

export const cookieFlags: Exercise = {
  id: '02-cookie-flags',
  title: 'Cookie flags',
  files: ['cookie.ts'],
  needs: [],
  starterIs: 'readable-by-script',
  wrong: [
    'locked-out-in-development',
    'sent-by-other-sites',
    'shared-with-siblings',
    'planted-by-a-sibling',
  ],
  hints: [
    'Who can read the cookie, to whom is it sent, and who can set it? Each has an attribute.',
    'The options of `cookie` are in the README of express-session; what they mean to a browser, ' +
      'on the page "Set-Cookie" of MDN.',
    'Whether a cookie may go along with links but not with forms is `sameSite`; whether it needs ' +
      'TLS is `secure`, which differs between development and production: `cookieOf` is told.',
    'Browsers take a cookie whose name begins with `__Host-` only with `Secure`, with `Path=/` ' +
      'and without `Domain`: a sibling host cannot set one.',
    'In development `sid`, in production `__Host-sid`; `httpOnly: true`, `sameSite: "lax"`, ' +
      '`path: "/"`, `secure: production`, and neither `domain` nor `maxAge`.',
  ],
  check,
};
