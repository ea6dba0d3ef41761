import { ensureProgram } from '@session-lab/services';
import { type ServerProcess, startServer } from '../src/server-process.ts';
import { openBalancer } from './balancer.ts';

/** What an instance runs. */
export interface Release {
  folder: string;
  script: string;
  env: Record<string, string>;
}

/** Instances of an app behind one load balancer. */
export interface Fleet {
  url: string;
  /** Replaces one after the other, on the port that it had. @throws Error when one does not end well. */
  deploy(release: Release): Promise<void>;
  close(): Promise<void>;
}

export async function openFleet(size: number, release: Release): Promise<Fleet> {
  const program = await ensureProgram('haproxy', { announce: (line) => console.log(line) });
  const servers: ServerProcess[] = [];
  const start = async (index: number, { folder, script, env }: Release) => {
    const before = servers[index];
    const port = before && { PORT: new URL(before.url).port };
    servers[index] = await startServer(folder, { ...env, ...port }, script);
  };
  const kill = () => Promise.all(servers.map((server) => server.kill()));
  try {
    await Promise.all(Array.from({ length: size }, (_, index) => start(index, release)));
    const urls = servers.map(({ url }) => url);
    const balancer = await openBalancer(program, urls);
    return {
      url: balancer.url,
      async deploy(next) {
        for (const [index, server] of servers.entries()) {
          await balancer.drain(index);
          const code = await server.stop();
          if (code !== 0) throw new Error(`an instance ended with ${code}: ${server.output()}`);
          await start(index, next);
          await balancer.enable(index);
        }
      },
      async close() {
        await balancer.close();
        await kill();
      },
    };
  } catch (error) {
    await kill();
    throw error;
  }
}
