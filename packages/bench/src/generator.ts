import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Job, Load } from './load.ts';

/** The process that sends the load. One for all: it stays as warm as it is. */
export interface Generator {
  send(job: Job): Promise<Load>;
  close(): Promise<void>;
}

export async function startGenerator(): Promise<Generator> {
  const script = fileURLToPath(new URL('load.ts', import.meta.url));
  const child = fork(script, {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  return {
    async send(job) {
      child.send(job);
      const ended = exited.then(([code]) => {
        throw new Error(`the load ended with exit code ${code}`);
      });
      const [load] = await Promise.race([once(child, 'message'), ended]);
      return load as Load;
    },
    async close() {
      child.kill();
      await exited;
    },
  };
}
