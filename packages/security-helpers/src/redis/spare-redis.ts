import { CircuitState, ConsecutiveBreaker, circuitBreaker, handleAll } from 'cockatiel';
import { withDeadline } from '../store-budget.ts';

/**
 * A Redis that one can do without: in front of something that is slower, and sure. It gets a share of
 * the time of a request.
 */
export class SpareRedis {
  readonly #shareMs: number;
  // That it is away is found out by three requests, not by each; then by one every half second.
  readonly #breaker = circuitBreaker(handleAll, {
    breaker: new ConsecutiveBreaker(3),
    halfOpenAfter: 500,
  });

  /** @param shareMs milliseconds for one call. */
  constructor(shareMs: number) {
    this.#shareMs = shareMs;
  }

  /** Whether it is found to be away: not asked any more, or only to see whether it is back. */
  get isAway(): boolean {
    return this.#breaker.state !== CircuitState.Closed;
  }

  /** @throws StoreUnavailableError, or the client's own error. Then it is not known what happened. */
  ask<T>(call: () => Promise<T>): Promise<T> {
    return withDeadline(this.#shareMs, call);
  }

  /** The same, where it is only for speed: undefined without an answer, and at once while it is away. */
  askIfUp<T>(call: () => Promise<T>): Promise<T | undefined> {
    return this.#breaker.execute(() => this.ask(call)).catch(() => undefined);
  }
}
