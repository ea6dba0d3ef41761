/** Where "now" comes from. Injected everywhere, so that tests turn hours in microseconds. */
export interface Clock {
  /** Milliseconds since the Unix epoch, UTC. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** A clock that stands still until it is moved: for tests and demonstrations. */
export class ManualClock implements Clock {
  #now: number;

  /** @param start milliseconds since the Unix epoch; the present when omitted. */
  constructor(start: number = Date.now()) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  /** @param ms how far to move on, in milliseconds. */
  advance(ms: number): void {
    this.#now += ms;
  }
}
