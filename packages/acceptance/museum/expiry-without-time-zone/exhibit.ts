import type { Exhibit } from '../exhibit.ts';
import { open as faulty } from './faulty.ts';
import { open as fixed } from './fixed.ts';
import { visit } from './visit.ts';

export const expiryWithoutTimeZone: Exhibit = {
  id: 'expiry-without-time-zone',
  title: 'the expiry is a `timestamp(6)`: another moment in each time zone',
  faulty,
  fixed,
  visit,
  lives: [
    'https://github.com/voxpelli/node-connect-pg-simple/blob/main/table.sql',
    'https://github.com/voxpelli/node-connect-pg-simple/issues/25',
  ],
};
