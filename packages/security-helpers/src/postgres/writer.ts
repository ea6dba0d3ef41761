import pg from 'pg';
import { mustWrite, requireWriter, urlsOf } from './hosts.ts';

type Callback = (error: never, client: pg.Client) => void;

/**
 * What makes a pool's new connections lead to the host that takes writes.
 *
 * All of them go to one host, until one does not get there or finds a server that takes no writes;
 * the next goes to the next host. So a failover costs a request or two a 503, and no search: a host
 * that is dead is not tried again for each connection. Nothing that was not asked is believed: a
 * connection is handed out only after its server has said that it takes writes.
 */
export function toWriter(url: string): Pick<pg.PoolConfig, 'Client' | 'onConnect'> {
  const urls = urlsOf(url);
  let current = 0;

  class WriterClient extends pg.Client {
    readonly #at = current;

    constructor(config?: pg.ClientConfig) {
      super({ ...config, connectionString: urls[current] });
    }

    /** Ten connections that fail at once are one reason to leave, not ten. */
    leave(): void {
      if (this.#at === current) current = (current + 1) % urls.length;
    }

    override connect(): Promise<this>;
    override connect(callback: Callback): void;
    override connect(callback?: Callback): unknown {
      return super.connect((error: Error) => {
        if (error) this.leave();
        callback?.(error as never, this); // a pool always gives one
      });
    }
  }

  return {
    Client: WriterClient,
    ...(mustWrite(url) && {
      onConnect: (client) =>
        requireWriter(client).catch((error) => {
          if (client instanceof WriterClient) client.leave();
          throw error;
        }),
    }),
  };
}
