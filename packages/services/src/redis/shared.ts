import { serviceByUrl } from '../by-url.ts';
import type { ServiceHandle } from '../handle.ts';
import type { LadderOptions } from '../images.ts';
import { joinShared, sharedFolder } from '../shared.ts';
import { redisUrl } from './by-url.ts';
import { ensureRedisBinary } from './ladder.ts';
import { type RedisRestartOptions, redisServer } from './launch.ts';

/**
 * The Redis that `npm start` uses: REDIS_URL when it is set, else one that all terminals share,
 * with its data in `<folder>/redis` (flushed once a second), so that sessions outlive Ctrl-C.
 * Every handle is a lease; `close()` of the last one stops the server. It also stops when the
 * last holder exits by itself; when that one was killed, it runs on until the next `close()`.
 * @throws UnavailableError when REDIS_URL does not answer within 2 s, or nothing can run a Redis
 */
export async function findOrStartRedis(
  options: { folder: string } & LadderOptions,
): Promise<ServiceHandle<RedisRestartOptions>> {
  const url = (options.env ?? process.env)['REDIS_URL'];
  if (url) return serviceByUrl(redisUrl, url);

  const program = await ensureRedisBinary(options);
  const lab = sharedFolder(options.folder, 'redis');
  return joinShared(lab, redisServer(program, lab, 'aof-everysec'));
}
