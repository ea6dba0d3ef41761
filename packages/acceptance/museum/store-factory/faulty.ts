import { SECRET } from '../../src/target.ts';
import { type Open, openProcess } from '../exhibit.ts';

export const open: Open = ({ redisUrl: REDIS_URL }) =>
  openProcess('./faulty-server.cjs', import.meta.url, { REDIS_URL, SESSION_SECRET: SECRET });
