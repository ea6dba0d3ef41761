import type { Exhibit } from '../exhibit.ts';
import { open as faulty } from './faulty.ts';
import { open as fixed } from './fixed.ts';
import { visit } from './visit.ts';

export const ioredisClient: Exhibit = {
  id: 'ioredis-client',
  title: 'connect-redis gets a client of ioredis, which it has not taken since version 9',
  faulty,
  fixed,
  visit,
  lives: [
    'https://github.com/tj/connect-redis/issues/433',
    'https://github.com/valkey-io/iovalkey/issues/52',
  ],
};
