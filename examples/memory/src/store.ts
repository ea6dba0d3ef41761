// WHERE SESSIONS LIVE: in a Map in this process.
//
// Who deletes them:      a logout; a sweep for those whose time is up.
// A restart of the app:  everybody is logged out.
// Two instances:         each knows only its own sessions. A user who is sent to the other one is
//                        logged out, and in again on the way back: "random logouts".
// An outage of it:       cannot happen without the app itself.

import { type Clock, type Config, ConfigError, MemoryStore, memoryLimiter } from 'security-helpers';

export const where = 'in the memory of this process';

export async function openStore(env: NodeJS.ProcessEnv, config: Config, clock: Clock) {
  // Nobody should find out by the first deployment that a restart logs everyone out.
  if (config.production && env['ALLOW_MEMORY_STORE'] !== '1') {
    throw new ConfigError(
      'The memory store forgets everybody at a restart: set ALLOW_MEMORY_STORE=1 to accept that ' +
        'in production, or use the redis example',
    );
  }
  const store = new MemoryStore({ clock, sweepMs: config.pruneMs });
  return {
    store,
    limiter: memoryLimiter,
    /** Rejects while the store cannot be reached. */
    check: async () => undefined,
    gauges: () => ({ records: store.size }),
    close: async () => store.close(),
  };
}
