import { setTimeout as wait } from 'node:timers/promises';
import { ensureProgram } from '@session-lab/services';
import { type ServerProcess, startServer } from '../src/server-process.ts';
import { type Balancer, openBalancer } from './balancer.ts';

/** What an instance runs. */
export interface Release {
  folder: string;
  script: string;
  env: Record<string, string>;
}

/** Instances of an app that are replaced one by one. */
export interface Fleet {
  /** Where it can be reached. */
  instances: readonly { url: string }[];
  /** Replaces one after the other, on the port that it had. @throws Error when one does not end well. */
  deploy(release: Release): Promise<void>;
  close(): Promise<void>;
}

type Door = Omit<Balancer, 'url'> & Pick<Fleet, 'instances'>;

/** Whatever one of them does not understand has to show. */
const SIDE_BY_SIDE_MS = 800;

/**
 * @param options.door what is in front of them: by default a real load balancer.
 * @param options.sideBySideMs how long old and new serve together, after each.
 */
export async function openFleet(
  size: number,
  release: Release,
  { door: open = openHaproxy, sideBySideMs = SIDE_BY_SIDE_MS } = {},
): Promise<Fleet> {
  const servers: ServerProcess[] = [];
  const start = async (index: number, { folder, script, env }: Release) => {
    const before = servers[index];
    const port = before && { PORT: new URL(before.url).port };
    servers[index] = await startServer(folder, { ...env, ...port }, script);
  };
  const kill = () => Promise.all(servers.map((server) => server.kill()));
  try {
    await Promise.all(Array.from({ length: size }, (_, index) => start(index, release)));
    const door = await open(servers.map(({ url }) => url));
    return {
      instances: door.instances,
      async deploy(next) {
        for (const [index, server] of servers.entries()) {
          await door.drain(index);
          const code = await server.stop();
          if (code !== 0) throw new Error(`an instance ended with ${code}: ${server.output()}`);
          await start(index, next);
          await door.enable(index);
          await wait(sideBySideMs);
        }
      },
      async close() {
        await door.close();
        await kill();
      },
    };
  } catch (error) {
    await kill();
    throw error;
  }
}

async function openHaproxy(urls: readonly string[]): Promise<Door> {
  const program = await ensureProgram('haproxy', { announce: (line) => console.log(line) });
  const balancer = await openBalancer(program, urls);
  return { ...balancer, instances: [balancer] };
}

/** No load balancer: whoever asks chooses one of those that are in the list at the moment. */
export async function openList(urls: readonly string[]): Promise<Door> {
  const instances = urls.map((url) => ({ url }));
  return {
    instances,
    async drain(index) {
      const position = instances.findIndex(({ url }) => url === urls[index]);
      instances.splice(position, 1);
      await wait(100); // who has just chosen it is about to ask
    },
    async enable(index) {
      const url = urls[index];
      if (url) instances.push({ url });
    },
    close: async () => undefined,
  };
}
