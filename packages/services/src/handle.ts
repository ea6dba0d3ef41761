import { controlOf, type ServerRecord } from './control.ts';

/** Where the search for a server ended. */
export type Provider = 'url' | 'binary' | 'docker';

export interface RestartOptions {
  /** Throw the data away first. */
  empty?: boolean;
}

/** A store that was found or started. Calls are carried out one after the other. */
export interface ServiceHandle<Options extends RestartOptions = RestartOptions> {
  readonly name: string;
  /** May hold a password: not for a log. */
  readonly url: string;
  /** The same for people, after the store's name: neither user nor password. */
  readonly place: string;
  readonly provider: Provider;
  /** Lets it end by itself; the data stay. Idempotent. */
  stop(): Promise<void>;
  /** SIGKILL, children included; resolves when the process is really gone. Idempotent. */
  kill(): Promise<void>;
  /** SIGSTOP, children included: connections stay open and nobody answers, like a black hole. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** From running, frozen, stopped or killed: same port, same data; resolves when it answers. */
  restart(options?: Options): Promise<void>;
  /** Gives the server back: a private one is gone with its data. Idempotent. */
  close(): Promise<void>;
}

export interface ServiceParts<Options extends RestartOptions> {
  name: string;
  url: string;
  /** where it is, unless that is simply at its url */
  place?: string;
  provider: Provider;
  /** the server that was started last, which may have ended since */
  server(): ServerRecord | undefined;
  /** stop what runs, and start again on the same port; resolves when it answers */
  restart(options: Options | undefined): Promise<void>;
  release(): Promise<void>;
}

export function serviceHandle<Options extends RestartOptions>(
  parts: ServiceParts<Options>,
): ServiceHandle<Options> {
  let closed: Promise<void> | undefined;
  let last: Promise<unknown> = Promise.resolve();

  // A close() during a restart() would otherwise leave the server that is just being started.
  const inTurn = (action: () => Promise<void>): Promise<void> => {
    const turn = last.then(action);
    last = turn.catch(() => undefined);
    return turn;
  };
  const control = () => {
    // A shared server goes on for others: a handle that was given back must not touch it.
    const record = closed ? undefined : parts.server();
    return record && controlOf(record);
  };

  return {
    name: parts.name,
    url: parts.url,
    place: parts.place ?? `at ${withoutCredentials(parts.url)}`,
    provider: parts.provider,
    stop: () => inTurn(async () => control()?.stop()),
    kill: () => inTurn(async () => control()?.kill()),
    thaw: () => inTurn(async () => control()?.thaw()),
    freeze: () =>
      inTurn(async () => {
        const running = control();
        if (!running) throw new Error(`${parts.name} is not running, so it cannot be frozen.`);
        await running.freeze();
      }),
    restart: async (options) => {
      if (closed) throw new Error(`This ${parts.name} was closed and cannot be restarted.`);
      await inTurn(() => parts.restart(options));
    },
    close: () => {
      closed ??= inTurn(() => parts.release());
      return closed;
    },
  };
}

/** A URL as it may be shown. */
export function withoutCredentials(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}
