import type { Exhibit } from '../exhibit.ts';
import { open as faulty } from './faulty.ts';
import { open as fixed } from './fixed.ts';
import { visit } from './visit.ts';

export const secureCookieBehindProxy: Exhibit = {
  id: 'secure-cookie-behind-proxy',
  title: 'a Secure cookie, a proxy in front, and nothing that tells the server of it',
  faulty,
  fixed,
  visit,
  lives: [
    'https://github.com/expressjs/session/issues/281',
    'https://expressjs.com/en/guide/behind-proxies.html',
  ],
};
