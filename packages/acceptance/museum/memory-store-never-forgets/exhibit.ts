import type { Exhibit } from '../exhibit.ts';
import { open as faulty } from './faulty.ts';
import { open as fixed } from './fixed.ts';
import { visit } from './visit.ts';

export const memoryStoreNeverForgets: Exhibit = {
  id: 'memory-store-never-forgets',
  title: 'sessions that have expired stay in memory until somebody asks for them',
  faulty,
  fixed,
  visit,
  lives: [
    'https://github.com/expressjs/session/issues/556',
    'https://github.com/expressjs/session/issues/284',
  ],
};
