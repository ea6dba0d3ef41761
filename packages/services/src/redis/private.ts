import { controlOf } from '../control.ts';
import { type ServiceHandle, serviceHandle } from '../handle.ts';
import { privateFolder, sweep } from '../private-folder.ts';
import { UnavailableError } from '../unavailable.ts';
import { findRedisProgram, missingSentence } from './ladder.ts';
import { launch, launchAgain, launchOnFreePort } from './launch.ts';
import type { RedisPersistence } from './persistence.ts';

/**
 * Starts a throw-away Redis on 127.0.0.1 for a test, a lab or a benchmark: its own port, its own
 * temporary data, no password. REDIS_URL is never used, because this server will be killed. It
 * installs nothing: `ensureRedisBinary` does, once, before the tests. `port` is any free one
 * unless given; `persistence` is `none` unless given.
 * @throws UnavailableError when this machine has no Redis; PortTakenError when `port` is in use
 */
export async function startRedis(
  options: { persistence?: RedisPersistence; port?: number; env?: NodeJS.ProcessEnv } = {},
): Promise<ServiceHandle> {
  const env = options.env ?? process.env;
  const program = await findRedisProgram(env);
  if (!program) throw new UnavailableError(missingSentence(env));
  await sweep('redis');

  let persistence = options.persistence ?? 'none';
  const place = privateFolder('redis');
  try {
    const first = { program, place, persistence, empty: false };
    const port = options.port ?? (await launchOnFreePort(first));
    if (options.port) await launch({ ...first, port });
    return serviceHandle<RedisPersistence>({
      name: 'redis',
      url: `redis://127.0.0.1:${port}`,
      provider: program.provider,
      server: place.server,
      async restart(again) {
        const server = place.server();
        if (server) await controlOf(server).stop();
        persistence = again.persistence ?? persistence;
        await launchAgain({ program, place, persistence, port, empty: again.empty ?? false });
      },
      release: () => place.remove(),
    });
  } catch (error) {
    await place.remove();
    throw error;
  }
}
