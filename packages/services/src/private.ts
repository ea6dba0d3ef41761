import { type Backup, backUp, putBack } from './backup.ts';
import { controlOf } from './control.ts';
import { type RestartOptions, type ServiceHandle, serviceHandle } from './handle.ts';
import { onFreePort, onKnownPort, type StoreServer } from './launching.ts';
import { type PrivateFolder, privateFolder, sweep } from './private-folder.ts';

/** A server of one's own: its data may be taken aside and put back. */
export interface PrivateHandle<Options extends RestartOptions = RestartOptions>
  extends ServiceHandle<Options> {
  /** Copies the data. @throws Error while the server runs: its files would not match. */
  backup(): Promise<Backup>;
  /** Puts a copy in the place of the data. @throws Error while the server runs. */
  restore(backup: Backup): Promise<void>;
}

/**
 * Starts a throw-away server with its own port and its own temporary folder, after a sweep of
 * what killed owners left.
 * @throws PortTakenError when `port` is in use
 */
export async function startPrivate<Options extends RestartOptions>(
  name: string,
  make: (place: PrivateFolder) => StoreServer<Options>,
  wantedPort: number | undefined,
): Promise<PrivateHandle<Options>> {
  await sweep(name);
  const place = privateFolder(name);
  try {
    const store = make(place);
    const launch = (port: number) => store.launch(port);
    const port = wantedPort ?? (await onFreePort(launch));
    if (wantedPort) await launch(wantedPort);
    const refuseWhileRunning = async () => {
      const server = place.server();
      if (store.provider !== 'binary') throw new Error(`${name} runs in Docker: no backup of it.`);
      if (server && (await controlOf(server).alive())) throw new Error(`${name} still runs.`);
    };
    const handle = serviceHandle<Options>({
      name,
      url: store.url(port),
      provider: store.provider,
      server: place.server,
      async restart(again) {
        const server = place.server();
        if (server) await controlOf(server).stop();
        await onKnownPort(() => store.launch(port, again));
      },
      async release() {
        await store.tidyUp?.();
        await place.remove();
      },
    });
    return {
      ...handle,
      async backup() {
        await refuseWhileRunning();
        return backUp(place);
      },
      async restore(backup) {
        await refuseWhileRunning();
        putBack(place, backup);
      },
    };
  } catch (error) {
    await place.remove();
    throw error;
  }
}
