import { setTimeout as wait } from 'node:timers/promises';
import type { ExampleProcess } from '../example-process.ts';
import type { FromExample } from './messages.ts';

const ANSWER_MS = 400;

/** What an example has said of itself while something was done. */
export interface Heard {
  /** What its store was asked for. */
  operations: string[];
  events: { event: string; reason: string }[];
}

/** A process of an example, and what it tells. */
export class RunningExample {
  readonly process: ExampleProcess;
  readonly url: string;
  isUp = true;
  /** In the last second. */
  requests = 0;
  #heard: Heard = { operations: [], events: [] };
  readonly #answers = new Map<number, (answer: { record: string | null; held: number }) => void>();
  #nonce = 0;
  #quiet: NodeJS.Timeout | undefined;

  constructor(process: ExampleProcess, url: string, changed: () => void) {
    this.process = process;
    this.url = url;
    process.onMessage((message) => this.#hear(message as FromExample, changed));
    process.ended.then(() => {
      this.isUp = false;
      this.requests = 0;
      changed();
    });
  }

  setClock(aheadMs: number): void {
    this.process.send({ aheadMs });
  }

  /** Of the memory example: what it holds. Undefined when it does not answer. */
  async ask(key: string): Promise<{ record: string | null; held: number } | undefined> {
    if (!this.isUp) return undefined;
    this.#nonce += 1;
    const nonce = this.#nonce;
    const answer = new Promise<{ record: string | null; held: number }>((resolve) => {
      this.#answers.set(nonce, resolve);
    });
    this.process.send({ read: key, nonce });
    const found = await Promise.race([answer, wait(ANSWER_MS, undefined)]);
    this.#answers.delete(nonce);
    return found;
  }

  /** What it has said since the last time. All of it: messages arrive in their order. */
  async hear(): Promise<Heard> {
    await this.ask('');
    const heard = this.#heard;
    this.#heard = { operations: [], events: [] };
    return heard;
  }

  async kill(): Promise<void> {
    this.process.kill();
    await this.process.ended;
  }

  async stop(): Promise<void> {
    this.process.stop();
    await this.process.ended;
  }

  #hear(message: FromExample, changed: () => void): void {
    if ('requests' in message) {
      this.requests = message.requests;
      clearTimeout(this.#quiet);
      this.#quiet = setTimeout(() => {
        this.requests = 0;
        changed();
      }, 1500).unref();
      changed();
    } else if ('store' in message) this.#heard.operations.push(message.store);
    else if ('event' in message) this.#heard.events.push(message);
    else this.#answers.get(message.answerTo)?.(message);
  }
}
