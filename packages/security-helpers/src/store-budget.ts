import { diagnostics, type StoreCall } from './diagnostics.ts';
import { currentRequest } from './request-context.ts';

/** The store failed, or did not answer in time: 503, and nothing may be assumed of the outcome. */
export class StoreUnavailableError extends Error {
  override name = 'StoreUnavailableError';
}

/** Rejects while the store cannot be reached; may say more of its parts: `{ redis: 'down' }`. */
export type Check = () => Promise<Readonly<Record<string, string>> | undefined>;

/**
 * Runs a store call within the request's budget: all the waiting of one request for its store
 * together. What a request does in between, a password hash for instance, does not count: it is no
 * sign of a store in trouble. Outside a request the call has the whole budget to itself.
 *
 * A server that is frozen, or behind a network that drops packets, answers nothing at all, and the
 * clients' own timeouts do not bound that (node-redis issue 2175: a command that was written to the
 * socket waits for ever). What runs out is not cancelled: it may still happen.
 *
 * @param budgetMs milliseconds.
 * @param operation what is asked of the store, for whoever measures: one of a few words.
 * @throws StoreUnavailableError with the store's own error as its cause, or on time-out.
 */
export async function withinBudget<T>(
  budgetMs: number,
  call: () => Promise<T>,
  operation: string,
): Promise<T> {
  const request = currentRequest();
  const spentMs = request?.storeSpentMs ?? 0;
  const started = performance.now();
  const tooLate = () => new StoreUnavailableError(`no answer within ${budgetMs} ms`);
  let outcome: StoreCall['outcome'] = 'not_begun';
  try {
    // Nothing is begun that nobody could wait for: a write might happen although the answer is 503.
    if (spentMs >= budgetMs) throw tooLate();
    outcome = 'failed';
    const answer = await withDeadline(budgetMs - spentMs, call, () => {
      outcome = 'too_late';
      return tooLate();
    });
    outcome = 'answered';
    return answer;
  } catch (error) {
    if (error instanceof StoreUnavailableError) throw error;
    throw new StoreUnavailableError('the session store failed', { cause: error });
  } finally {
    const spent = performance.now() - started;
    if (request) request.storeSpentMs = spentMs + spent;
    if (diagnostics.store.hasSubscribers) {
      diagnostics.store.publish({ operation, outcome, seconds: spent / 1000 });
    }
  }
}

/**
 * The check of several stores, one of which is enough to serve.
 *
 * @param ms for each of them, in milliseconds.
 * @returns a check that says of each whether it is up, and rejects while none is.
 */
export function checkAny(ms: number, stores: Record<string, () => Promise<unknown>>): Check {
  return async () => {
    const asked = Object.entries(stores).map(async ([name, ask]) => {
      const isUp = await withDeadline(ms, ask).then(
        () => true,
        () => false,
      );
      return [name, isUp ? 'up' : 'down'] as const;
    });
    const states = await Promise.all(asked);
    const names = states.map(([name]) => name).join(' nor ');
    if (states.every(([, state]) => state === 'down')) throw new Error(`neither ${names}`);
    return Object.fromEntries(states);
  };
}

/**
 * Waits for a call, but no longer than this. What runs out is not cancelled.
 *
 * @param ms milliseconds.
 * @param tooLate makes the error to reject with.
 */
export function withDeadline<T>(
  ms: number,
  call: () => Promise<T>,
  tooLate: () => Error = () => new StoreUnavailableError(`no answer within ${ms} ms`),
): Promise<T> {
  // Not Promise.race: it makes four promises more, at each store call there is.
  return new Promise((resolve, reject) => {
    const called = call();
    const timer = setTimeout(() => reject(tooLate()), ms);
    called.then(
      (answer) => {
        clearTimeout(timer);
        resolve(answer);
      },
      (error) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
