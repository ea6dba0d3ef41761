import type { Exhibit } from '../exhibit.ts';
import { open as faulty } from './faulty.ts';
import { open as fixed } from './fixed.ts';
import { visit } from './visit.ts';

export const answerBeforeSave: Exhibit = {
  id: 'answer-before-save',
  title: 'a request is answered 200, and the session was not saved',
  faulty,
  fixed,
  visit,
  lives: [
    'https://github.com/expressjs/session/issues/538',
    'https://github.com/expressjs/session/issues/499',
  ],
};
