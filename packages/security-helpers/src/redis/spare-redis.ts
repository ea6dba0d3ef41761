import { ConsecutiveBreaker, circuitBreaker, handleAll } from 'cockatiel';
import { withDeadline } from '../store-budget.ts';
import type { RedisClient } from './client.ts';
import { followRunId } from './run-id.ts';

/**
 * A Redis that one can do without: in front of something that is slower, and sure.
 *
 * It gets a share of the time of a request, and what is in there is kept apart by the process that it
 * was given to (see `followRunId`): one that was restarted is not believed.
 */
export class SpareRedis {
  readonly #shareMs: number;
  readonly #runId: () => Promise<string>;
  // That it is away is found out by three requests, not by each; then by one every half second.
  readonly #breaker = circuitBreaker(handleAll, {
    breaker: new ConsecutiveBreaker(3),
    halfOpenAfter: 500,
  });

  /** @param shareMs milliseconds for one call. */
  constructor(client: RedisClient, shareMs: number) {
    this.#shareMs = shareMs;
    this.#runId = followRunId(client);
  }

  /**
   * Asks at the place of a key.
   *
   * @throws StoreUnavailableError, or the client's own error. Then it is not known what happened.
   */
  ask<T>(key: string, call: (place: string) => Promise<T>): Promise<T> {
    return withDeadline(this.#shareMs, async () => call(`${await this.#runId()}:${key}`));
  }

  /** The same, where it is only for speed: undefined without an answer, and at once while it is away. */
  askIfUp<T>(key: string, call: (place: string) => Promise<T>): Promise<T | undefined> {
    return this.#breaker.execute(() => this.ask(key, call)).catch(() => undefined);
  }
}
