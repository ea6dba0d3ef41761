import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { NO_LIMITS, type ServerProcess, startServer } from '@session-lab/acceptance';

/** Where the stores are. */
export interface Stores {
  redisUrl: string;
  /** As the owner of the database, who may make tables. */
  ownerUrl: string;
  /** As who serves requests. */
  appUrl: string;
}

/** A server that is measured. */
export interface Contestant {
  name: string;
  title: string;
  script: string;
  env(stores: Stores): Record<string, string>;
}

const stock = (name: string, title: string): Contestant => ({
  name,
  title,
  script: `stock/${name.replace('stock-', '')}.ts`,
  env: ({ redisUrl, ownerUrl }) => ({ REDIS_URL: redisUrl, DATABASE_URL: ownerUrl }),
});

const example = (name: string): Contestant => ({
  name,
  title: `examples/${name}`,
  script: 'src/example.ts',
  env: ({ redisUrl, appUrl }) => ({
    EXAMPLE: name,
    SESSION_SECRET: randomBytes(48).toString('base64url'),
    REDIS_URL: redisUrl,
    DATABASE_URL: appUrl,
    ...NO_LIMITS, // all that is sent comes from one client
  }),
});

/** In the order of a round: what is compared is measured one after the other. */
export const contestants: readonly Contestant[] = [
  stock('express', 'Express, no session'),
  stock('stock-iron', 'iron-session, in the cookie'),
  stock('stock-memory', 'express-session, MemoryStore'),
  example('memory'),
  stock('stock-koa', 'koa-session on Redis'),
  example('koa'),
  stock('stock-redis', 'express-session, connect-redis'),
  example('redis'),
  example('hybrid'),
  example('postgres'),
  stock('stock-postgres', 'express-session, connect-pg-simple'),
];

const here = fileURLToPath(new URL('..', import.meta.url));
const loader = new URL('without-types.mjs', import.meta.url).href;

/** @param more settings, which win. */
export function startContestant(
  { script, env }: Contestant,
  stores: Stores,
  more: Record<string, string> = {},
): Promise<ServerProcess> {
  return startServer(here, { ...env(stores), ...more }, script, loader);
}
