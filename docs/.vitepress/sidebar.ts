// What is in docs/, in the order in which it is best read.
import type { DefaultTheme } from 'vitepress';

const pages = (folder: string, names: Record<string, string>): DefaultTheme.SidebarItem[] =>
  Object.entries(names).map(([name, text]) => ({ text, link: `/${folder}${name}` }));

export const sidebar: DefaultTheme.SidebarItem[] = [
  {
    text: 'Start',
    items: pages('', {
      '': 'A session’s life',
      decide: 'Redis or database?',
      'learn/glossary': 'Glossary',
    }),
  },
  {
    text: 'One session',
    items: pages('learn/', {
      cookies: 'Cookies and their flags',
      ids: 'Ids and entropy',
      fixation: 'Fixation',
      logout: 'Logout',
      timeouts: 'Timeouts',
      csrf: 'CSRF',
      secrets: 'Secrets and rotation',
      'data-at-rest': 'Data at rest',
      proxies: 'Proxies and Secure',
    }),
  },
  {
    text: 'Where it is kept',
    items: pages('learn/', {
      'memory-store': 'MemoryStore',
      redis: 'Redis',
      postgres: 'Postgres',
      hybrid: 'Both',
      koa: 'The same with Koa',
    }),
  },
  {
    text: 'Many of them',
    items: pages('learn/', {
      'concurrent-requests': 'Two requests at once',
      'sessions-of-a-user': 'Listing and revoking',
      audit: 'The audit trail',
      instances: 'Instances and deploys',
      'moving-stores': 'Moving to another store',
      production: 'Before production',
    }),
  },
  {
    text: 'What was seen',
    items: pages('', {
      'benchmarks/': 'Benchmarks',
      commands: 'Commands a request costs',
      outages: 'Outages',
      failover: 'Failover of Redis',
      standby: 'A standby of Postgres',
      overload: 'Overload',
      concurrency: 'Concurrency, at length',
      migration: 'Migration, the runbook',
      security: 'Requirements and their tests',
    }),
  },
  {
    text: 'Tools',
    items: pages('', {
      lab: 'The lab page',
      metrics: 'Metrics',
      instructors: 'For instructors',
      'cheat-sheet': 'Cheat sheet',
      'api/': 'API of security-helpers',
    }),
  },
];
