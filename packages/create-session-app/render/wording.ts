// Words of the repository that mean nothing, or something else, in a project of one's own. Each must
// be found where it is said to be: one that has changed there shows in the tests.

type Change = readonly [path: RegExp, from: string, to: string];

const ENV = /^\.env\.example$/;

const changes: readonly Change[] = [
  [/^src\/page\.ts$/, ' example · Session Lab</title>', ' · sessions</title>'],
  [
    ENV,
    '# Copy this file to .env and put a secret of your own in; `npm start` does both.\n',
    '# What can be set, in .env or in the environment, which wins. A secret of your own:\n',
  ],
  [ENV, 'off unless set: docs/metrics.md', 'off unless set.'],
  [ENV, '# Needed. `npm start` finds a Redis, or starts one, when this is not set.', '# Needed.'],
  [
    ENV,
    '# Needed, or started by `npm start`. What may stand in place of REDIS_URL: docs/failover.md',
    '# Needed. In place of REDIS_URL there may be REDIS_SENTINELS and REDIS_SENTINEL_NAME, or\n# REDIS_CLUSTER.',
  ],
  [
    ENV,
    '# Needed. `npm start` finds a Postgres, or starts one, when this is not set.',
    '# Needed.',
  ],
  [ENV, ' when one dies (docs/failover.md):', ' when one dies:'],
  [
    /^test\/promises\.test\.ts$/,
    'A test for\n// each on real processes; `npm run chaos` tries to break them all, at random.',
    'A test for\n// each, on real processes.',
  ],
  [
    /^src\/session-security\/.*session-store\.ts$/,
    'a SessionStore of security-helpers',
    'the SessionStore of session-security',
  ],
  [/^src\/session-security\/diagnostics\.ts$/, "'security-helpers:", "'session-security:"],
  [/^test\/server-process\.ts$/, '../../lab/src/exit-with-parent.mjs', './exit-with-parent.mjs'],
];

/** The changes that were made are added to `made`. */
export function inOwnWords(path: string, text: string, made = new Set<string>()): string {
  return changes.reduce((changed, [where, from, to]) => {
    if (!where.test(path) || !changed.includes(from)) return changed;
    made.add(from);
    return changed.replaceAll(from, to);
  }, text);
}

/** The words that are to be changed somewhere. */
export const foreignWords: readonly string[] = changes.map(([, from]) => from);
