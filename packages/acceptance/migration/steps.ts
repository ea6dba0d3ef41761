// From Postgres to the hybrid to Redis, and back: docs/migration.md is about these steps.
import { fileURLToPath } from 'node:url';

/** What takes the place of all instances of the app, one by one. */
export interface Step {
  /** As docs/migration.md calls it. */
  name: string;
  folder: string;
  script: string;
  env: Record<string, string>;
  /** Whether the sessions that there are move now. */
  moves?: true;
}

/** Short, so that a copy in Redis is over by the next step. */
export const HOT_SECONDS = 2;

const pathOf = (folder: string) => fileURLToPath(new URL(`../${folder}/`, import.meta.url));
const example = (EXAMPLE: string, env: Record<string, string> = {}) => ({
  folder: pathOf('chaos'),
  script: 'instance.ts',
  env: { EXAMPLE, ...env },
});
const moving = (MOVE_TO: string, MOVE_NEW: string) => ({
  folder: pathOf('migration'),
  script: 'instance.ts',
  env: { MOVE_TO, MOVE_NEW },
});

const postgres = { name: 'postgres', ...example('postgres') };
const withoutCopies = {
  name: 'hybrid, without copies',
  ...example('hybrid', { HYBRID_HOT_SECONDS: '0' }),
};
const hybrid = {
  name: 'hybrid',
  ...example('hybrid', { HYBRID_HOT_SECONDS: String(HOT_SECONDS) }),
};
const redis = { name: 'redis', ...example('redis') };

/** Where it begins. */
export const FIRST: Step = postgres;

export const THERE: readonly Step[] = [
  withoutCopies,
  hybrid,
  { name: 'both, new ones in Postgres', ...moving('redis', 'from') },
  { name: 'both, new ones in Redis', ...moving('redis', 'to'), moves: true },
  redis,
];

export const BACK: readonly Step[] = [
  { name: 'both, new ones in Redis', ...moving('postgres', 'from') },
  { name: 'both, new ones in Postgres', ...moving('postgres', 'to'), moves: true },
  hybrid,
  withoutCopies,
  postgres,
];
