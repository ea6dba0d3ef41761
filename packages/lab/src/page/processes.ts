import type { RunningExample } from './running.ts';

/** @param url where it was before; undefined: on its usual port; null: on any free one. */
export type LaunchAt = (url: string | undefined | null, aheadMs: number) => Promise<RunningExample>;

/** The process of an example, which can be ended and started again, and maybe a second one. */
export class Processes {
  readonly #launch: LaunchAt;
  first: RunningExample | undefined;
  second: RunningExample | undefined;
  /** How far their clock is ahead of the real one, in milliseconds. */
  aheadMs = 0;
  isStarting = false;
  #url: string | undefined;

  constructor(launch: LaunchAt) {
    this.#launch = launch;
  }

  /** Where the first one is, or was. */
  get url(): string | undefined {
    return this.#url;
  }

  /** Of those that somebody may ask: the first one, down or not, and a second one that is there. */
  get urls(): string[] {
    const second = this.second?.isUp ? this.second.url : undefined;
    return [this.#url, second].flatMap((url) => url ?? []);
  }

  /** Those that run. */
  get running(): RunningExample[] {
    return [this.first, this.second].flatMap((each) => (each?.isUp ? each : []));
  }

  get isUp(): boolean {
    return this.first?.isUp ?? false;
  }

  async start(): Promise<void> {
    this.isStarting = true;
    try {
      this.first = await this.#launch(this.#url, this.aheadMs);
      this.#url = this.first.url;
    } finally {
      this.isStarting = false;
    }
  }

  async startSecond(): Promise<void> {
    this.second = await this.#launch(null, this.aheadMs);
  }

  async stopSecond(): Promise<void> {
    await this.second?.stop();
    this.second = undefined;
  }

  async stop(): Promise<void> {
    await Promise.all([this.first?.stop(), this.stopSecond()]);
  }

  turnClock(aheadMs: number): void {
    this.aheadMs = aheadMs;
    for (const each of this.running) each.setClock(aheadMs);
  }
}
