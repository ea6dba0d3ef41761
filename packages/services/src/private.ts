import { controlOf } from './control.ts';
import { type RestartOptions, type ServiceHandle, serviceHandle } from './handle.ts';
import { onFreePort, onKnownPort, type StoreServer } from './launching.ts';
import { type PrivateFolder, privateFolder, sweep } from './private-folder.ts';

/**
 * Starts a throw-away server with its own port and its own temporary folder, after a sweep of
 * what killed owners left.
 * @throws PortTakenError when `port` is in use
 */
export async function startPrivate<Options extends RestartOptions>(
  name: string,
  make: (place: PrivateFolder) => StoreServer<Options>,
  wantedPort: number | undefined,
): Promise<ServiceHandle<Options>> {
  await sweep(name);
  const place = privateFolder(name);
  try {
    const store = make(place);
    const launch = (port: number) => store.launch(port);
    const port = wantedPort ?? (await onFreePort(launch));
    if (wantedPort) await launch(wantedPort);
    return serviceHandle<Options>({
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
  } catch (error) {
    await place.remove();
    throw error;
  }
}
