import { type PrivateHandle, startPrivate } from '../private.ts';
import type { Tls } from '../tls-files.ts';
import { UnavailableError } from '../unavailable.ts';
import { findRedisProgram, missingSentence } from './ladder.ts';
import { type RedisRestartOptions, redisServer } from './launch.ts';
import type { RedisPersistence } from './persistence.ts';

/**
 * Starts a throw-away Redis on 127.0.0.1 for a test, a lab or a benchmark: its own port, its own
 * temporary data, no password. REDIS_URL is never used, because this server will be killed. It
 * installs nothing: `ensureRedisBinary` does, once, before the tests. `port` is any free one
 * unless given; `persistence` is `none` unless given. With `tls` it answers over TLS and nothing else.
 * @throws UnavailableError when this machine has no Redis; PortTakenError when `port` is in use
 */
export async function startRedis(
  options: {
    persistence?: RedisPersistence;
    tls?: Tls;
    port?: number;
    env?: NodeJS.ProcessEnv;
  } = {},
): Promise<PrivateHandle<RedisRestartOptions>> {
  const env = options.env ?? process.env;
  const program = await findRedisProgram(env);
  if (!program) throw new UnavailableError(missingSentence(env));
  const { persistence = 'none', tls, port } = options;
  return startPrivate('redis', (place) => redisServer(program, place, persistence, tls), port);
}
