import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Order } from './crowd.ts';

/** A crowd in a process of its own, and how to tell it what to do. */
export class Crowd {
  readonly #process = fork(fileURLToPath(new URL('crowd.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx'],
  });
  readonly #exited = once(this.#process, 'exit');

  async send<Answer>(order: Order): Promise<Answer> {
    this.#process.send(order);
    const gone = this.#exited.then(() => {
      throw new Error('the crowd has ended');
    });
    const [answer] = await Promise.race([once(this.#process, 'message'), gone]);
    return answer as Answer;
  }

  async close(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#exited;
  }
}
