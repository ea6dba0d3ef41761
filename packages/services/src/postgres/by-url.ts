import { type UrlVariable, urlAnswerLimitMs } from '../by-url.ts';
import { whyNotAnswering } from './ping.ts';

export const postgresUrl: UrlVariable = {
  name: 'postgres',
  title: 'Postgres',
  variable: 'DATABASE_URL',
  protocols: ['postgres', 'postgresql'],
  whyNotAnswering: (url) => whyNotAnswering({ connectionString: url.href }, urlAnswerLimitMs),
};
