import { SECRET } from '../../src/target.ts';
import { type Open, openProcess } from '../exhibit.ts';

export const open: Open = ({ redisUrl: REDIS_URL }) =>
  openProcess('./faulty-server.mjs', import.meta.url, { REDIS_URL, SESSION_SECRET: SECRET });
