import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { asServerRecord, controlOf, type ServerRecord } from '../control.ts';
import { readJson, writeJson } from '../files.ts';
import { type ServiceHandle, serviceHandle } from '../handle.ts';
import { type Lease, liveLeases, takeLease } from '../leases.ts';
import { tryLock, unlock, withLock } from '../lock.ts';
import { until } from '../wait.ts';
import { redisByUrl } from './by-url.ts';
import { ensureRedisBinary, type LadderOptions } from './ladder.ts';
import { launchAgain, launchOnFreePort, type RedisPlace } from './launch.ts';
import type { RedisPersistence } from './persistence.ts';
import { answers } from './ping.ts';

const thawLimitMs = 15_000;

/**
 * The Redis that `npm start` uses: REDIS_URL when it is set, else one that all terminals share,
 * with its data in `<folder>/redis` (flushed once a second), so that sessions outlive Ctrl-C.
 * Every handle is a lease; `close()` of the last one stops the server. It also stops when the
 * last holder exits by itself; when that one was killed, it runs on until the next `close()`.
 * @throws UnavailableError when REDIS_URL does not answer within 2 s, or nothing can run a Redis
 */
export async function findOrStartRedis(
  options: { folder: string } & LadderOptions,
): Promise<ServiceHandle> {
  const url = (options.env ?? process.env)['REDIS_URL'];
  if (url) return redisByUrl(url);

  const program = await ensureRedisBinary(options);
  const lab = sharedFolder(options.folder);
  const launch = { program, place: lab, empty: false };
  let persistence: RedisPersistence = 'aof-everysec';

  const { port, lease } = await withLock(lab.lock, async () => {
    const running = await findRunning(lab);
    // Another terminal may have killed the server to show an outage: its clients know this port.
    const known = liveLeases(lab.leases) > 0 ? lab.state()?.port : undefined;
    const port = running ?? known ?? (await launchOnFreePort({ ...launch, persistence }));
    if (!running && known) await launchAgain({ ...launch, persistence, port });
    return { port, lease: takeLease(lab.leases) };
  });

  const leave = () => stopAtExit(lab, lease);
  process.on('exit', leave);

  return serviceHandle<RedisPersistence>({
    name: 'redis',
    url: `redis://127.0.0.1:${port}`,
    provider: lab.state()?.server.kind === 'container' ? 'docker' : 'binary',
    server: () => lab.state()?.server,
    // Under the lock from the stop on: nobody must find the server gone and start a second one.
    restart: (again) =>
      withLock(lab.lock, async () => {
        const server = lab.state()?.server;
        if (server) await controlOf(server).stop();
        persistence = again.persistence ?? persistence;
        await launchAgain({ ...launch, persistence, port, empty: again.empty ?? false });
      }),
    release: () =>
      withLock(lab.lock, async () => {
        process.off('exit', leave);
        lease.drop();
        const server = lab.state()?.server;
        if (!server || liveLeases(lab.leases) > 0) return;
        await controlOf(server).stop();
        lab.forget();
      }),
  });
}

interface SharedFolder extends RedisPlace {
  readonly lock: string;
  readonly leases: string;
  /** what was started last; it may have been killed, or belong to a time before a reboot */
  state(): { port: number; server: ServerRecord } | undefined;
  forget(): void;
}

function sharedFolder(folder: string): SharedFolder {
  mkdirSync(join(folder, 'redis'), { recursive: true, mode: 0o700 });
  const path = realpathSync(join(folder, 'redis'));
  const stateFile = join(path, 'state.json');
  return {
    name: `session-lab-redis-${createHash('sha256').update(path).digest('hex').slice(0, 12)}`,
    data: join(path, 'data'),
    log: join(path, 'server.log'),
    lock: join(path, 'lock'),
    leases: join(path, 'leases'),
    record: (server, port) => writeJson(stateFile, { port, server }),
    forget: () => rmSync(stateFile, { force: true }),
    state() {
      const { port, server: written } = readJson(stateFile) ?? {};
      const server = asServerRecord(written);
      return typeof port === 'number' && server ? { port, server } : undefined;
    },
  };
}

/** The port of the server that runs already and answers. */
async function findRunning(lab: SharedFolder): Promise<number | undefined> {
  const state = lab.state();
  if (!state || !(await controlOf(state.server).alive())) return undefined;
  const { port, server } = state;
  const pid = server.kind === 'process' ? server.pid : undefined;
  if (await answers(port, pid, 2_000)) return port;

  // Frozen. A holder that lives does that on purpose and will thaw it; a dead one never will.
  if (liveLeases(lab.leases) > 0) {
    const failure = `The Redis on port ${port} is frozen, perhaps by a lab in another terminal`;
    await until(failure, thawLimitMs, () => answers(port, pid));
    return port;
  }
  await controlOf(server).stop();
  return undefined;
}

/** Synchronous: nothing else runs while a process exits. */
function stopAtExit(lab: SharedFolder, lease: Lease): void {
  lease.drop();
  if (!tryLock(lab.lock)) return; // somebody comes or goes at this moment, and will see to it
  const server = lab.state()?.server;
  if (server && liveLeases(lab.leases) === 0) controlOf(server).stopSoon();
  unlock(lab.lock);
}
