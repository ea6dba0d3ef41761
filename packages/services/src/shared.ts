// One server for all terminals of a checkout. Every handle is a lease; the last one stops it.
import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { asServerRecord, controlOf, type ServerRecord } from './control.ts';
import { readJson, writeJson } from './files.ts';
import { type RestartOptions, type ServiceHandle, serviceHandle } from './handle.ts';
import { onFreePort, onKnownPort, type ServerPlace, type StoreServer } from './launching.ts';
import { type Lease, liveLeases, takeLease } from './leases.ts';
import { tryLock, unlock, withLock } from './lock.ts';
import { until } from './wait.ts';

const thawLimitMs = 15_000;

/**
 * Joins the server of this folder, or starts it there. `close()` of the last handle stops it. It
 * also stops when the last holder exits by itself; when that one was killed, it runs on until the
 * next `close()`.
 */
export async function joinShared<Options extends RestartOptions>(
  lab: SharedFolder,
  store: StoreServer<Options>,
): Promise<ServiceHandle<Options>> {
  const { port, lease } = await withLock(lab.lock, async () => {
    const running = await findRunning(lab, store);
    // Another terminal may have killed the server to show an outage: its clients know this port.
    const known = liveLeases(lab.leases) > 0 ? lab.state()?.port : undefined;
    const port = running ?? known ?? (await onFreePort((free) => store.launch(free)));
    if (!running && known) await onKnownPort(() => store.launch(known));
    return { port, lease: takeLease(lab.leases) };
  });

  const leave = () => stopAtExit(lab, lease);
  process.on('exit', leave);

  return serviceHandle<Options>({
    name: store.name,
    url: store.url(port),
    provider: lab.state()?.server.kind === 'container' ? 'docker' : 'binary',
    server: () => lab.state()?.server,
    // Under the lock from the stop on: nobody must find the server gone and start a second one.
    restart: (again) =>
      withLock(lab.lock, async () => {
        const server = lab.state()?.server;
        if (server) await controlOf(server).stop();
        await onKnownPort(() => store.launch(port, again));
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

export interface SharedFolder extends ServerPlace {
  readonly lock: string;
  readonly leases: string;
  /** what was started last; it may have been killed, or belong to a time before a reboot */
  state(): { port: number; server: ServerRecord } | undefined;
  forget(): void;
}

/** `<folder>/<service>`, made when it is missing. */
export function sharedFolder(folder: string, service: string): SharedFolder {
  mkdirSync(folder, { recursive: true });
  mkdirSync(join(folder, service), { recursive: true, mode: 0o700 });
  const path = realpathSync(join(folder, service));
  const stateFile = join(path, 'state.json');
  const id = createHash('sha256').update(path).digest('hex').slice(0, 12);
  return {
    name: `session-lab-${service}-${id}`,
    path,
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
async function findRunning<Options extends RestartOptions>(
  lab: SharedFolder,
  store: StoreServer<Options>,
): Promise<number | undefined> {
  const state = lab.state();
  if (!state) return undefined;
  const { port, server } = state;
  if (!(await controlOf(server).alive())) {
    await controlOf(server).kill(); // children may have outlived it, and block the next start
    return undefined;
  }
  if (await store.answers(port, server, 2_000)) return port;

  // Frozen. A holder that lives does that on purpose and will thaw it; a dead one never will.
  if (liveLeases(lab.leases) > 0) {
    const who = `The ${store.title} on port ${port}`;
    const failure = `${who} is frozen, perhaps by a lab in another terminal`;
    await until(failure, thawLimitMs, () => store.answers(port, server));
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
