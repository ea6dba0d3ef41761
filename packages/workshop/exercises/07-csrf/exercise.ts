import type { Exercise } from '../../src/exercise.ts';
import { check } from './check.ts';

export const csrf: Exercise = {
  id: '07-csrf',
  title: 'Requests that another site makes (CSRF)',
  files: ['csrf.ts'],
  needs: [],
  starterIs: 'forged-cart',
  wrong: [
    'no-origin-no-check',
    'forged-logout',
    'planted-token',
    'forged-login',
    'open-before-login',
  ],
  hints: [
    "What is in a request of the shop's own page that a form elsewhere cannot put in?",
    'The usual answer is a token that only the pages of this session know; other pages may send ' +
      'requests to the shop, but cannot read its answers.',
    'The token has to belong to the session: keep a random one in it, or derive one from ' +
      '`req.sessionID` with `createHash`. A GET of a visitor must not make a session.',
    "At a login there may be no session, and so no token. Today's browsers say where a request " +
      'comes from: `Sec-Fetch-Site`, and where that is missing, `Origin`.',
    'Let GET and HEAD pass. Answer 403 when `Sec-Fetch-Site` is there and neither `same-origin` ' +
      'nor `none`, or when `Origin` is there and not our own; and, with a session, when the ' +
      'token is missing or another.',
  ],
  check,
};
