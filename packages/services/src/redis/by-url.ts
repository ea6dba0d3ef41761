import { type UrlVariable, urlAnswerLimitMs } from '../by-url.ts';
import { whyNotAnswering } from './ping.ts';

export const redisUrl: UrlVariable = {
  name: 'redis',
  title: 'Redis',
  variable: 'REDIS_URL',
  protocols: ['redis', 'rediss'],
  whyNotAnswering: (url) => whyNotAnswering(url, urlAnswerLimitMs),
};
