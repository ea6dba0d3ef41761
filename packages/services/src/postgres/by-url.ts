import { type UrlVariable, urlAnswerLimitMs } from '../by-url.ts';
import { whyNotAnswering } from './ping.ts';

export const postgresUrl: UrlVariable = {
  name: 'postgres',
  title: 'Postgres',
  variable: 'DATABASE_URL',
  protocols: ['postgres', 'postgresql'],
  whyNotAnswering: (url) => whyNotAnswering({ connectionString: url.href }, urlAnswerLimitMs),
  // A primary and its standbys: `postgres://app:…@a:5432,b:5432/shop`.
  urlsOf(text) {
    const [, before = '', hosts = '', after = ''] =
      /^([a-z]+:\/\/(?:[^/?#]*@)?)([^/?#]*)(.*)$/.exec(text) ?? [];
    return before ? hosts.split(',').map((host) => `${before}${host}${after}`) : [text];
  },
};
