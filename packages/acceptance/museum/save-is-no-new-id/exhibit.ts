import type { Exhibit } from '../exhibit.ts';
import { open as faulty } from './faulty.ts';
import { open as fixed } from './fixed.ts';
import { visit } from './visit.ts';

export const saveIsNoNewId: Exhibit = {
  id: 'save-is-no-new-id',
  title: 'a login saves the session, and keeps its id',
  faulty,
  fixed,
  visit,
  lives: [
    'https://github.com/fastify/demo/blob/main/src/routes/api/auth/index.ts',
    'https://github.com/jaredhanson/passport/issues/192',
  ],
};
