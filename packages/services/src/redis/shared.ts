import { serviceByUrl } from '../by-url.ts';
import type { ServiceHandle } from '../handle.ts';
import type { LadderOptions } from '../images.ts';
import { joinShared, sharedFolder } from '../shared.ts';
import { redisVariable } from './by-url.ts';
import { ensureRedisBinary } from './ladder.ts';
import { type RedisRestartOptions, redisServer } from './launch.ts';

/**
 * The Redis that `npm start` uses: what REDIS_URL, REDIS_SENTINELS or REDIS_CLUSTER names, whose
 * value is then its `url`; else one that all terminals share, with its data in `<folder>/redis`
 * (flushed once a second), so that sessions outlive Ctrl-C.
 * Every handle is a lease; `close()` of the last one stops the server. It also stops when the
 * last holder exits by itself; when that one was killed, it runs on until the next `close()`.
 * @throws UnavailableError when nothing that is named answers within 2 s, or nothing can run a Redis
 */
export async function findOrStartRedis(
  options: { folder: string } & LadderOptions,
): Promise<ServiceHandle<RedisRestartOptions>> {
  const named = redisVariable(options.env ?? process.env);
  if (named) return serviceByUrl(named.kind, named.text);

  const program = await ensureRedisBinary(options);
  const lab = sharedFolder(options.folder, 'redis');
  return joinShared(lab, redisServer(program, lab, 'aof-everysec'));
}
